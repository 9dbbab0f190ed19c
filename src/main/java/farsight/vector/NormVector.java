package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Unit L2 norms over either axis: {@code farsight.kernel.NormKernels} by the Vector API. */
public final class NormVector {

    /** The smallest divisor, the kernels' ε. */
    public static final float EPSILON = 1e-12f;

    /** A sum of squares above this may have overflowed. */
    private static final float LARGE = 1e36f;

    /** 2⁻⁸⁰, as in the kernels. */
    private static final float SHRINK = 0x1p-80f;

    /** Floats per range of rows. */
    private static final int GRAIN = 1 << 14;

    private NormVector() {}

    /**
     * y_i = l2(r(x_i)) for every row i, r the identity or ReLU; the norms are kept for the gradient. y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     * @param norms ‖r(x_i)‖, [rows]
     * @param relu 1 to take max(x, 0) first
     */
    public static void l2Rows(
            FloatArray x, FloatArray y, FloatArray norms, int rows, int cols, int relu, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        MemorySegment ns = norms.getSegment();
        float floor = Lanes.floor(relu == 1);
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                unit(xs, ys, row * cols, ns, row, cols, floor);
            }
        });
    }

    private static void unit(
            MemorySegment x, MemorySegment y, long at, MemorySegment norms, long row, int length, float floor) {
        float squares = squares(x, at, length, floor);
        float norm = squares > LARGE ? largeNorm(x, at, length, floor) : (float) Math.sqrt(squares);
        Lanes.set(norms, row, norm);
        scale(x, y, at, length, floor, reciprocal(norm));
    }

    /** √(Σ max(x, floor)²) for numbers whose squares may overflow. */
    private static float largeNorm(MemorySegment x, long at, int length, float floor) {
        float[] row = Scratch.get().heap(length);
        Lanes.read(x, at, row, 0, length);
        return largeNorm(row, 0, length, floor);
    }

    /** The square root of a sum of squares, recomputed if the squares may have overflowed. */
    static float norm(float squares, float[] x, int at, int length, float floor) {
        return squares > LARGE ? largeNorm(x, at, length, floor) : (float) Math.sqrt(squares);
    }

    private static float largeNorm(float[] x, int at, int length, float floor) {
        float sum = 0f;
        for (int j = at; j < at + length; j++) {
            float v = Math.max(x[j], floor) * SHRINK;
            sum += v * v;
        }
        return (float) Math.sqrt(sum) / SHRINK;
    }

    /** Σ max(x, floor)·x, the floor 0 or −∞. */
    private static float squares(MemorySegment x, long at, int length, float floor) {
        int whole = (int) Lanes.whole(length);
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            squares = v.blend(floor, v.compare(VectorOperators.LE, floor)).fma(v, squares);
        }
        if (whole < length) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, Lanes.tail(length));
            squares = v.blend(floor, v.compare(VectorOperators.LE, floor)).fma(v, squares);
        }
        return Lanes.sum(squares);
    }

    /** y = max(x, floor)·factor. */
    private static void scale(MemorySegment x, MemorySegment y, long at, int length, float floor, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            v.blend(floor, v.compare(VectorOperators.LE, floor)).mul(factor).intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail);
            v.blend(floor, v.compare(VectorOperators.LE, floor))
                    .mul(factor)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(dy_i − y_i·(y_i·dy_i)) / ‖r(x_i)‖, or dy_i / ε where the norm is at most ε. dx may be dy.
     *
     * @param y result of {@link #l2Rows}, [rows, cols]
     * @param dy [rows, cols]
     * @param norms [rows]
     * @param dx [rows, cols]
     */
    public static void l2RowsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray dx,
            int rows,
            int cols,
            int relu,
            int accumulate,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment ns = norms.getSegment();
        MemorySegment dxs = dx.getSegment();
        float gate = Lanes.gate(relu == 1);
        boolean add = accumulate == 1;
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                float norm = Lanes.get(ns, row);
                float delta = norm > EPSILON ? DotProducts.dot(ys, row * cols, dys, row * cols, cols) : 0f;
                unitGradient(ys, dys, dxs, row * cols, delta, reciprocal(norm), cols, gate, add);
            }
        });
    }

    /** 1 / max(norm, ε); NaN if the norm is infinite or NaN. */
    public static float reciprocal(float norm) {
        return 1f / Math.max(norm, EPSILON) + norm * 0f;
    }

    private static void unitGradient(
            MemorySegment y,
            MemorySegment dy,
            MemorySegment dx,
            long at,
            float delta,
            float factor,
            int length,
            float gate,
            boolean add) {
        // Gated elements are multiplied by 0, as in the kernel, so that a NaN in the sum propagates.
        FloatVector factors = Lanes.broadcast(factor);
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(v.mul(delta))
                    .mul(factors.blend(0f, v.compare(VectorOperators.LE, gate)));
            Lanes.store(g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail)
                    .sub(v.mul(delta))
                    .mul(factors.blend(0f, v.compare(VectorOperators.LE, gate)))
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * y[b, i, j] = r(x[b, i, j]) / max(norms[b, j], ε). y may be x.
     *
     * @param x [batch, rows, cols]
     * @param norms [batch, cols]
     * @param y [batch, rows, cols]
     */
    public static void l2Positions(
            FloatArray x, FloatArray norms, FloatArray y, int batch, int rows, int cols, int relu, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ns = norms.getSegment();
        MemorySegment ys = y.getSegment();
        RowPieces.Fill factors = (b, pattern) -> {
            for (int j = 0; j < cols; j++) {
                pattern[j] = reciprocal(Lanes.get(ns, (long) b * cols + j));
            }
        };
        float floor = Lanes.floor(relu == 1);
        RowPieces.of(cols)
                .forEach(
                        batch,
                        rows,
                        1,
                        workers,
                        factors,
                        (pattern, at, length) -> ChannelRows.multiply(xs, floor, pattern, ys, at, length, false));
    }

    /**
     * dx[b, i, j] = [y &gt; 0 if ReLU]·(dy − y·delta[b, j]) / norms[b, j]; [y &gt; 0]·dy / ε where the norm is at most ε. dx
     * may be dy.
     *
     * @param y [batch, rows, cols]
     * @param dy [batch, rows, cols]
     * @param norms [batch, cols]
     * @param delta Σ_i y·dy, [batch, cols]
     * @param dx [batch, rows, cols]
     */
    public static void l2PositionsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int rows,
            int cols,
            int relu,
            int accumulate,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment ns = norms.getSegment();
        MemorySegment as = delta.getSegment();
        MemorySegment dxs = dx.getSegment();
        float gate = Lanes.gate(relu == 1);
        boolean add = accumulate == 1;
        RowPieces pieces = RowPieces.of(cols);
        int pitch = pieces.pitch();
        RowPieces.Fill fill = (b, patterns) -> {
            for (int j = 0; j < cols; j++) {
                float norm = Lanes.get(ns, (long) b * cols + j);
                patterns[j] = norm > EPSILON ? Lanes.get(as, (long) b * cols + j) : 0f;
                patterns[pitch + j] = reciprocal(norm);
            }
        };
        pieces.forEach(
                batch,
                rows,
                2,
                workers,
                fill,
                (patterns, at, length) ->
                        ChannelRows.unitGradient(ys, dys, patterns, pitch, dxs, at, length, gate, add));
    }
}
