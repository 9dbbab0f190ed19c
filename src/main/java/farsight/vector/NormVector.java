package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Unit L2 norms over either axis: {@code farsight.kernel.NormKernels} by the Vector API. Layer norm has no twin: it runs
 * over a batch's few rows.
 */
public final class NormVector {

    /** Norms at or below this count as zero: the kernels' ε. */
    static final float EPSILON = 1e-12f;

    /** Floats a range of rows. */
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
        boolean positive = relu == 1;
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                unit(xs, ys, row * cols, ns, row, cols, positive);
            }
        });
    }

    private static void unit(
            MemorySegment x, MemorySegment y, long at, MemorySegment norms, long row, int length, boolean relu) {
        int whole = (int) Lanes.whole(length);
        VectorMask<Float> tail = Lanes.tail(length);
        FloatVector squares = Lanes.zero();
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = Lanes.load(x, at + j);
            squares = (relu ? v.max(0f) : v).fma(v, squares);
        }
        if (whole < length) {
            FloatVector v = Lanes.load(x, at + whole, tail);
            squares = (relu ? v.max(0f) : v).fma(v, squares);
        }
        float norm = (float) Math.sqrt(Lanes.sum(squares));
        Lanes.set(norms, row, norm);
        float factor = 1f / Math.max(norm, EPSILON);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = Lanes.load(x, at + j);
            Lanes.store((relu ? v.max(0f) : v).mul(factor), y, at + j);
        }
        if (whole < length) {
            FloatVector v = Lanes.load(x, at + whole, tail);
            Lanes.store((relu ? v.max(0f) : v).mul(factor), y, at + whole, tail);
        }
    }

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(dy_i − y_i·(y_i·dy_i)) / ‖r(x_i)‖, 0 where the norm is at most ε. dx may be dy.
     *
     * @param y what {@link #l2Rows} gave, [rows, cols]
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
        boolean positive = relu == 1;
        boolean add = accumulate == 1;
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                float factor = reciprocal(Lanes.get(ns, row));
                unitGradient(ys, dys, dxs, row * cols, factor, cols, positive, add);
            }
        });
    }

    private static float reciprocal(float norm) {
        return norm > EPSILON ? 1f / norm : 0f;
    }

    private static void unitGradient(
            MemorySegment y,
            MemorySegment dy,
            MemorySegment dx,
            long at,
            float factor,
            int length,
            boolean relu,
            boolean add) {
        float along = DotProducts.dot(y, at, dy, at, length);
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = Lanes.load(y, at + j);
            FloatVector g = Lanes.load(dy, at + j).sub(v.mul(along)).mul(factor);
            Lanes.store(relu ? ElementVector.gated(v, g) : g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = Lanes.load(y, at + whole, tail);
            FloatVector g = Lanes.load(dy, at + whole, tail).sub(v.mul(along)).mul(factor);
            Lanes.store(relu ? ElementVector.gated(v, g) : g, dx, at + whole, add, tail);
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
                Lanes.set(pattern, j, 1f / Math.max(Lanes.get(ns, (long) b * cols + j), EPSILON));
            }
        };
        RowPieces.Row row = relu == 1
                ? (pattern, at, length) -> ChannelRows.multiplyRelu(xs, pattern, ys, at, length)
                : (pattern, at, length) -> ChannelRows.multiply(xs, pattern, ys, at, length, false);
        RowPieces.of(cols).forEach(batch, rows, 1, workers, factors, row);
    }

    /**
     * dx[b, i, j] = [y &gt; 0 if ReLU]·(dy − y·along[b, j]) / norms[b, j]; 0 where the norm is at most ε. dx may be dy.
     *
     * @param y [batch, rows, cols]
     * @param dy [batch, rows, cols]
     * @param norms [batch, cols]
     * @param along Σ_i y·dy, [batch, cols]
     * @param dx [batch, rows, cols]
     */
    public static void l2PositionsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray along,
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
        MemorySegment as = along.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean positive = relu == 1;
        boolean add = accumulate == 1;
        RowPieces pieces = RowPieces.of(cols);
        int width = pieces.width();
        RowPieces.Fill fill = (b, patterns) -> {
            ChannelRows.copy(as, (long) b * cols, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                Lanes.set(patterns, width + j, reciprocal(Lanes.get(ns, (long) b * cols + j)));
            }
        };
        pieces.forEach(
                batch,
                rows,
                2,
                workers,
                fill,
                (patterns, at, length) ->
                        ChannelRows.unitGradient(ys, dys, patterns, width, dxs, at, length, positive, add));
    }
}
