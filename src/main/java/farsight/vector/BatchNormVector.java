package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batch norm over the positions of the whole batch: {@code farsight.kernel.BatchNormKernels} by the Vector API. Factors
 * that depend only on the channel are computed once per piece of rows. {@link BatchNormGradientVector} has the gradients.
 */
public final class BatchNormVector {

    private BatchNormVector() {}

    /** ρ; NaN if the variance is infinite or NaN. */
    static float reciprocal(MemorySegment variance, long j, float epsilon) {
        float v = Lanes.get(variance, j);
        return 1f / (float) Math.sqrt(v + epsilon) + v * 0f;
    }

    /**
     * P[s, j] = Σ over the rows i of chunk s of (x[i, j] − μ[j])².
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param partial P, [chunks, cols]
     */
    public static void deviationChunks(
            FloatArray x,
            FloatArray mean,
            FloatArray partial,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment out = partial.getSegment();
        new ColumnChunks(1, rows, cols, chunks, chunkRows).forEach(workers, chunk -> {
            float[] sums = begin(chunk, ms, cols);
            int pitch = chunk.strip().pitch();
            chunk.forEachRow((at, length) -> addSquares(xs, at, sums, pitch, length));
            chunk.foldSum(sums, 0);
            Lanes.write(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    /** Accumulators for a wide row: its sums, all 0, then its means. */
    private static float[] begin(ColumnChunks.Chunk chunk, MemorySegment mean, int cols) {
        int pitch = chunk.strip().pitch();
        float[] sums = Scratch.get().heap(2 * pitch);
        Arrays.fill(sums, 0, pitch, 0f);
        Lanes.read(mean, chunk.out() % cols, sums, pitch, chunk.strip().cols());
        chunk.strip().repeat(sums, pitch);
        return sums;
    }

    private static void addSquares(MemorySegment x, long at, float[] sums, int mean, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).sub(fromArray(SPECIES, sums, mean + j));
            v.fma(v, fromArray(SPECIES, sums, j)).intoArray(sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, sums, mean + whole));
            v.fma(v, fromArray(SPECIES, sums, whole)).intoArray(sums, whole, tail);
        }
    }

    /**
     * y = γ·(x − μ)/√(σ² + ε) + β, or max(0, that). y may be x.
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param variance σ², [cols]
     * @param y [rows, cols]
     */
    public static void batchNorm(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray beta,
            FloatArray y,
            int rows,
            int cols,
            float epsilon,
            int relu,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment vs = variance.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment bs = beta.getSegment();
        MemorySegment ys = y.getSegment();
        RowPieces pieces = RowPieces.of(cols);
        int pitch = pieces.pitch();
        RowPieces.Fill fill = (_, patterns) -> {
            Lanes.read(ms, 0, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                patterns[pitch + j] = Lanes.get(gs, j) * reciprocal(vs, j, epsilon);
            }
            Lanes.read(bs, 0, patterns, 2 * pitch, cols);
        };
        float floor = Lanes.floor(relu == 1);
        pieces.forEach(
                1, rows, 3, workers, fill, (patterns, at, length) -> apply(xs, patterns, pitch, floor, ys, at, length));
    }

    /** y = max((x − p₀)·p₁ + p₂, floor). */
    private static void apply(
            MemorySegment x, float[] patterns, int pitch, float floor, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, patterns, j))
                    .fma(fromArray(SPECIES, patterns, pitch + j), fromArray(SPECIES, patterns, 2 * pitch + j))
                    .max(floor)
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector term = fromArray(SPECIES, patterns, 2 * pitch + whole);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, patterns, whole))
                    .fma(fromArray(SPECIES, patterns, pitch + whole), term)
                    .max(floor)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }
}
