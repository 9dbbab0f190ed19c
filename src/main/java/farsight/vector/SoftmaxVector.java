package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Softmax over the rows and over the positions: {@code farsight.kernel.SoftmaxKernels} by the Vector API, with {@link
 * Exponential}: weights below 1.2e-38 of the largest one are 0.
 */
public final class SoftmaxVector {

    /** Lower bound of all logits, as in the kernels. */
    private static final float LEAST = -Float.MAX_VALUE;

    /** Floats per range of rows. */
    private static final int GRAIN = 1 << 13;

    /** Floats of a row summed before their sum is added to the total: 64 per lane. */
    private static final int BLOCK = 64 * Lanes.COUNT;

    private SoftmaxVector() {}

    /**
     * y_i = softmax(scale·x_i) for every row. y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     */
    public static void softmaxRows(FloatArray x, FloatArray y, int rows, int cols, float scale, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                row(xs, ys, row * cols, cols, scale);
            }
        });
    }

    /** y = softmax(scale·x) for one row. */
    public static void row(MemorySegment x, MemorySegment y, long at, int cols, float scale) {
        float max = greatest(x, at, cols, scale);
        scale(y, at, cols, 1f / exponentials(x, y, at, cols, scale, max));
    }

    /** The maximum of scale·x, the lowest float of no numbers. NaN may be lost here; the sum of exponentials brings it back. */
    public static float greatest(MemorySegment x, long at, int length, float scale) {
        int whole = (int) Lanes.whole(length);
        FloatVector max = Lanes.broadcast(LEAST);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).mul(scale);
            max = max.blend(v, v.compare(VectorOperators.GT, max));
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .mul(scale);
            max = max.blend(v, v.compare(VectorOperators.GT, max).and(tail));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** y = exp(scale·x − max); returns its sum. */
    private static float exponentials(MemorySegment x, MemorySegment y, long at, int length, float scale, float max) {
        int whole = (int) Lanes.whole(length);
        FloatVector total = FloatVector.zero(SPECIES);
        for (int start = 0; start < whole; ) {
            int end = start + Math.min(whole - start, BLOCK);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int j = start; j < end; j += Lanes.COUNT) {
                FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                        .mul(scale)
                        .sub(max));
                e.intoMemorySegment(y, bytes(at + j), ORDER);
                sum = sum.add(e);
            }
            total = total.add(sum);
            start = end;
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .mul(scale)
                    .sub(max));
            e.intoMemorySegment(y, bytes(at + whole), ORDER, tail);
            total = total.add(e, tail);
        }
        return Lanes.sum(total);
    }

    /** y = y·factor. */
    public static void scale(MemorySegment y, long at, int length, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).mul(factor).intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                    .mul(factor)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dx_i = scale·y_i∘(dy_i − (y_i·dy_i)) for every row. dx may be dy.
     *
     * @param y result of {@link #softmaxRows}, [rows, cols]
     * @param dy [rows, cols]
     * @param dx [rows, cols]
     */
    public static void softmaxRowsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray dx,
            int rows,
            int cols,
            float scale,
            int accumulate,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                rowGradient(ys, dys, dxs, row * cols, cols, scale, add);
            }
        });
    }

    private static void rowGradient(
            MemorySegment y, MemorySegment dy, MemorySegment dx, long at, int length, float scale, boolean add) {
        float delta = DotProducts.dot(y, at, dy, at, length);
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER).sub(delta);
            Lanes.store(
                    fromMemorySegment(SPECIES, y, bytes(at + j), ORDER)
                            .mul(scale)
                            .mul(g),
                    dx,
                    at + j,
                    add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail)
                    .sub(delta);
            fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                    .mul(scale)
                    .mul(g)
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * First stage of a softmax over positions: the maximum m of each chunk of rows, and its sum of exp(x − m).
     *
     * @param x [batch, rows, cols]
     * @param partial maximum and sum, [batch, chunks, cols, 2]
     */
    public static void softmaxPositionsChunks(
            FloatArray x,
            FloatArray partial,
            int batch,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment out = partial.getSegment();
        new ColumnChunks(batch, rows, cols, chunks, chunkRows).forEach(workers, chunk -> {
            int pitch = chunk.strip().pitch();
            // Maxima first, then sums.
            float[] moments = Scratch.get().heap(2 * pitch);
            Arrays.fill(moments, 0, pitch, LEAST);
            Arrays.fill(moments, pitch, 2 * pitch, 0f);
            chunk.forEachRow((at, length) -> MomentRows.max(xs, at, moments, length));
            chunk.foldMax(moments, 0);
            chunk.strip().repeat(moments, 0);
            chunk.forEachRow((at, length) -> MomentRows.addExponentials(xs, at, moments, pitch, length));
            chunk.foldSum(moments, pitch);
            MomentRows.interleave(
                    moments, pitch, out, 2 * chunk.out(), chunk.strip().cols());
        });
    }

    /**
     * Second stage: the maximum m of all chunks and s = Σ over chunks of sum·exp(maximum − m).
     *
     * @param partial [batch, chunks, cols, 2]
     * @param moments m and s, [batch, cols, 2]
     */
    public static void softmaxPositionsCombine(
            FloatArray partial, FloatArray moments, int batch, int chunks, int cols, Workers workers) {
        MemorySegment ps = partial.getSegment();
        MemorySegment out = moments.getSegment();
        workers.forEach(batch, Math.max(1, GRAIN / Math.max(1L, (long) chunks * cols)), (from, to) -> {
            // The maxima and sums of all chunks together, then the maxima and sums of one chunk.
            int pitch = (int) Lanes.whole(cols + Lanes.COUNT - 1L);
            float[] scratch = Scratch.get().heap(4 * pitch);
            for (long b = from; b < to; b++) {
                Arrays.fill(scratch, 0, pitch, LEAST);
                Arrays.fill(scratch, pitch, 4 * pitch, 0f);
                for (long r = b * chunks; r < (b + 1) * chunks; r++) {
                    for (int j = 0; j < cols; j++) {
                        scratch[j] = Math.max(scratch[j], Lanes.get(ps, 2 * (r * cols + j)));
                    }
                }
                for (long r = b * chunks; r < (b + 1) * chunks; r++) {
                    MomentRows.deinterleave(ps, 2 * r * cols, scratch, 2 * pitch, pitch, cols);
                    MomentRows.addScaled(scratch, pitch);
                }
                MomentRows.interleave(scratch, pitch, out, 2 * b * cols, cols);
            }
        });
    }

    /**
     * Third stage: y = exp(x − m) / s. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param moments [batch, cols, 2]
     * @param y [batch, rows, cols]
     */
    public static void softmaxPositionsApply(
            FloatArray x, FloatArray moments, FloatArray y, int batch, int rows, int cols, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = moments.getSegment();
        MemorySegment ys = y.getSegment();
        RowPieces pieces = RowPieces.of(cols);
        int pitch = pieces.pitch();
        RowPieces.Fill fill = (b, patterns) -> {
            MomentRows.deinterleave(ms, 2L * b * cols, patterns, 0, pitch, cols);
            for (int j = pitch; j < pitch + cols; j++) {
                patterns[j] = 1f / patterns[j];
            }
        };
        pieces.forEach(
                batch,
                rows,
                2,
                workers,
                fill,
                (patterns, at, length) -> ChannelRows.softmax(xs, patterns, pitch, ys, at, length));
    }

    /**
     * dx = y∘(dy − delta), delta[b, j] = Σ_i y·dy. dx may be dy.
     *
     * @param y [batch, rows, cols]
     * @param dy [batch, rows, cols]
     * @param delta [batch, cols]
     * @param dx [batch, rows, cols]
     */
    public static void softmaxPositionsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int rows,
            int cols,
            int accumulate,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment as = delta.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        RowPieces.of(cols)
                .forEach(
                        batch,
                        rows,
                        1,
                        workers,
                        (b, pattern) -> Lanes.read(as, (long) b * cols, pattern, 0, cols),
                        (pattern, at, length) -> ChannelRows.softmaxGradient(ys, dys, pattern, dxs, at, length, add));
    }
}
