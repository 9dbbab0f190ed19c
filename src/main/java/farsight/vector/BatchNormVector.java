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
 * that depend only on the channel are computed once per piece of rows.
 */
public final class BatchNormVector {

    private BatchNormVector() {}

    /** ρ; NaN if the variance is infinite or NaN. */
    private static float reciprocal(MemorySegment variance, long j, float epsilon) {
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
     * y = γ·(x − μ)/√(σ² + ε) + β. y may be x.
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
        pieces.forEach(1, rows, 3, workers, fill, (patterns, at, length) -> apply(xs, patterns, pitch, ys, at, length));
    }

    /** y = (x − p₀)·p₁ + p₂. */
    private static void apply(MemorySegment x, float[] patterns, int pitch, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, patterns, j))
                    .fma(fromArray(SPECIES, patterns, pitch + j), fromArray(SPECIES, patterns, 2 * pitch + j))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector term = fromArray(SPECIES, patterns, 2 * pitch + whole);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, patterns, whole))
                    .fma(fromArray(SPECIES, patterns, pitch + whole), term)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * P[s, j] = Σ over the rows i of chunk s of dy[i, j]·x̂[i, j].
     *
     * @param partial P, [chunks, cols]
     */
    public static void scaleGradientChunks(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray dy,
            FloatArray partial,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            float epsilon,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment vs = variance.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment out = partial.getSegment();
        new ColumnChunks(1, rows, cols, chunks, chunkRows).forEach(workers, chunk -> {
            float[] sums = begin(chunk, ms, cols);
            int pitch = chunk.strip().pitch();
            chunk.forEachRow((at, length) -> addProducts(xs, dys, at, sums, pitch, length));
            chunk.foldSum(sums, 0);
            // ρ is a common factor of the sum.
            for (int j = 0; j < chunk.strip().cols(); j++) {
                sums[j] *= reciprocal(vs, chunk.out() % cols + j, epsilon);
            }
            Lanes.write(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    private static void addProducts(MemorySegment x, MemorySegment dy, long at, float[] sums, int mean, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, sums, mean + j))
                    .fma(fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER), fromArray(SPECIES, sums, j))
                    .intoArray(sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, sums, mean + whole))
                    .fma(g, fromArray(SPECIES, sums, whole))
                    .intoArray(sums, whole, tail);
        }
    }

    /**
     * dx = γ·ρ·(dy − Σdy/M − x̂·Σ(dy·x̂)/M), M = rows; or dx += that. dx may be x or dy.
     *
     * @param dBeta Σ dy, [cols]
     * @param dGamma Σ dy·x̂, [cols]
     * @param dx [rows, cols]
     */
    public static void batchNormGradient(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray dy,
            FloatArray dBeta,
            FloatArray dGamma,
            FloatArray dx,
            int rows,
            int cols,
            float epsilon,
            int accumulate,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment vs = variance.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment sums = dBeta.getSegment();
        MemorySegment hatSums = dGamma.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        RowPieces pieces = RowPieces.of(cols);
        int pitch = pieces.pitch();
        RowPieces.Fill fill = (_, patterns) -> {
            Lanes.read(ms, 0, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                float rho = reciprocal(vs, j, epsilon);
                patterns[pitch + j] = rho * (Lanes.get(hatSums, j) / rows);
                patterns[2 * pitch + j] = Lanes.get(gs, j) * rho;
                patterns[3 * pitch + j] = Lanes.get(sums, j) / rows;
            }
        };
        pieces.forEach(
                1,
                rows,
                4,
                workers,
                fill,
                (patterns, at, length) -> gradient(xs, dys, patterns, pitch, dxs, at, length, add));
    }

    /** dx = (dy − p₃ − (x − p₀)·p₁)·p₂, or dx += that. */
    private static void gradient(
            MemorySegment x,
            MemorySegment dy,
            float[] patterns,
            int pitch,
            MemorySegment dx,
            long at,
            int length,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector hat = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, patterns, j))
                    .mul(fromArray(SPECIES, patterns, pitch + j));
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, patterns, 3 * pitch + j))
                    .sub(hat)
                    .mul(fromArray(SPECIES, patterns, 2 * pitch + j));
            Lanes.store(g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            FloatVector hat = fromMemorySegment(SPECIES, x, end, ORDER, tail)
                    .sub(fromArray(SPECIES, patterns, whole))
                    .mul(fromArray(SPECIES, patterns, pitch + whole));
            fromMemorySegment(SPECIES, dy, end, ORDER, tail)
                    .sub(fromArray(SPECIES, patterns, 3 * pitch + whole))
                    .sub(hat)
                    .mul(fromArray(SPECIES, patterns, 2 * pitch + whole))
                    .add(fromMemorySegment(SPECIES, dx, end, ORDER, before))
                    .intoMemorySegment(dx, end, ORDER, tail);
        }
    }

    /**
     * dx = γ·ρ·dy with fixed statistics, or dx += that. dx may be dy.
     *
     * @param dy [rows, cols]
     * @param dx [rows, cols]
     */
    public static void frozenNormGradient(
            FloatArray variance,
            FloatArray gamma,
            FloatArray dy,
            FloatArray dx,
            int rows,
            int cols,
            float epsilon,
            int accumulate,
            Workers workers) {
        MemorySegment vs = variance.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        RowPieces.Fill fill = (_, pattern) -> {
            for (int j = 0; j < cols; j++) {
                pattern[j] = Lanes.get(gs, j) * reciprocal(vs, j, epsilon);
            }
        };
        RowPieces.of(cols)
                .forEach(
                        1,
                        rows,
                        1,
                        workers,
                        fill,
                        (pattern, at, length) ->
                                ChannelRows.multiply(dys, Lanes.floor(false), pattern, dxs, at, length, add));
    }
}
