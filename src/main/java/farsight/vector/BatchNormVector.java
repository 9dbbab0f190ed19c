package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batch norm over the positions of the whole batch: {@code farsight.kernel.BatchNormKernels} by the Vector API. What
 * depends on the channel alone is computed once a piece, and rows are scaled by it.
 */
public final class BatchNormVector {

    private BatchNormVector() {}

    private static float reciprocal(MemorySegment variance, long j, float epsilon) {
        return 1f / (float) Math.sqrt(Lanes.get(variance, j) + epsilon);
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
            int width = chunk.strip().width();
            MemorySegment sums = begin(chunk, ms, cols);
            for (int i = 0; i < chunk.wideRows(); i++) {
                addSquares(xs, chunk.row(i), sums, width, width);
            }
            addSquares(xs, chunk.row(chunk.wideRows()), sums, width, chunk.rest());
            ColumnChunks.foldSum(chunk.strip(), sums, 0);
            ChannelRows.copy(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    /** A wide row of sums, 0, and one of means. */
    private static MemorySegment begin(ColumnChunks.Chunk chunk, MemorySegment mean, int cols) {
        int width = chunk.strip().width();
        MemorySegment sums = Scratch.get().segment(2L * width);
        ColumnChunks.fill(sums, 0, width, 0f);
        ChannelRows.copy(mean, chunk.out() % cols, sums, width, chunk.strip().cols());
        chunk.strip().repeat(sums, width);
        return sums;
    }

    private static void addSquares(MemorySegment x, long at, MemorySegment sums, int mean, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(mean + j), Lanes.ORDER));
            v.fma(v, FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(j), Lanes.ORDER))
                    .intoMemorySegment(sums, Lanes.bytes(j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + whole), Lanes.ORDER, tail)
                    .sub(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, sums, Lanes.bytes(mean + whole), Lanes.ORDER, tail));
            v.fma(v, FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(whole), Lanes.ORDER, tail))
                    .intoMemorySegment(sums, Lanes.bytes(whole), Lanes.ORDER, tail);
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
        int width = pieces.width();
        RowPieces.Fill fill = (_, patterns) -> {
            ChannelRows.copy(ms, 0, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                Lanes.set(patterns, width + j, Lanes.get(gs, j) * reciprocal(vs, j, epsilon));
            }
            ChannelRows.copy(bs, 0, patterns, 2L * width, cols);
        };
        pieces.forEach(1, rows, 3, workers, fill, (patterns, at, length) -> apply(xs, patterns, width, ys, at, length));
    }

    /** y = (x − p₀)·p₁ + p₂. */
    private static void apply(
            MemorySegment x, MemorySegment patterns, int width, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(j), Lanes.ORDER));
            v.fma(
                            FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(width + j), Lanes.ORDER),
                            FloatVector.fromMemorySegment(
                                    Lanes.SPECIES, patterns, Lanes.bytes(2L * width + j), Lanes.ORDER))
                    .intoMemorySegment(y, Lanes.bytes(at + j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + whole), Lanes.ORDER, tail)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(whole), Lanes.ORDER, tail));
            FloatVector factor = FloatVector.fromMemorySegment(
                    Lanes.SPECIES, patterns, Lanes.bytes(width + whole), Lanes.ORDER, tail);
            v.fma(
                            factor,
                            FloatVector.fromMemorySegment(
                                    Lanes.SPECIES, patterns, Lanes.bytes(2L * width + whole), Lanes.ORDER, tail))
                    .intoMemorySegment(y, Lanes.bytes(at + whole), Lanes.ORDER, tail);
        }
    }

    /**
     * P[s, j] = Σ over the rows i of chunk s of dy[i, j]·x̂[i, j].
     *
     * @param partial P, [chunks, cols]
     */
    public static void hatDotChunks(
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
            int width = chunk.strip().width();
            MemorySegment sums = begin(chunk, ms, cols);
            for (int i = 0; i < chunk.wideRows(); i++) {
                addProducts(xs, dys, chunk.row(i), sums, width, width);
            }
            addProducts(xs, dys, chunk.row(chunk.wideRows()), sums, width, chunk.rest());
            ColumnChunks.foldSum(chunk.strip(), sums, 0);
            // ρ is a factor of the whole sum.
            for (int j = 0; j < chunk.strip().cols(); j++) {
                long column = chunk.out() % cols + j;
                Lanes.set(out, chunk.out() + j, Lanes.get(sums, j) * reciprocal(vs, column, epsilon));
            }
        });
    }

    private static void addProducts(
            MemorySegment x, MemorySegment dy, long at, MemorySegment sums, int mean, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(mean + j), Lanes.ORDER));
            v.fma(
                            FloatVector.fromMemorySegment(Lanes.SPECIES, dy, Lanes.bytes(at + j), Lanes.ORDER),
                            FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(j), Lanes.ORDER))
                    .intoMemorySegment(sums, Lanes.bytes(j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + whole), Lanes.ORDER, tail)
                    .sub(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, sums, Lanes.bytes(mean + whole), Lanes.ORDER, tail));
            v.fma(
                            FloatVector.fromMemorySegment(
                                    Lanes.SPECIES, dy, Lanes.bytes(at + whole), Lanes.ORDER, tail),
                            FloatVector.fromMemorySegment(Lanes.SPECIES, sums, Lanes.bytes(whole), Lanes.ORDER, tail))
                    .intoMemorySegment(sums, Lanes.bytes(whole), Lanes.ORDER, tail);
        }
    }

    /**
     * dx = γ·ρ·(dy − Σdy/M − x̂·Σ(dy·x̂)/M), M = rows; or dx += that. dx may be x or dy.
     *
     * @param sumDy Σ dy, [cols]
     * @param sumDyHat Σ dy·x̂, [cols]
     * @param dx [rows, cols]
     */
    public static void batchNormGradient(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray dy,
            FloatArray sumDy,
            FloatArray sumDyHat,
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
        MemorySegment sums = sumDy.getSegment();
        MemorySegment hatSums = sumDyHat.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        RowPieces pieces = RowPieces.of(cols);
        int width = pieces.width();
        RowPieces.Fill fill = (_, patterns) -> {
            ChannelRows.copy(ms, 0, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                float rho = reciprocal(vs, j, epsilon);
                Lanes.set(patterns, width + j, rho * Lanes.get(hatSums, j) / rows);
                Lanes.set(patterns, 2L * width + j, Lanes.get(sums, j) / rows);
                Lanes.set(patterns, 3L * width + j, Lanes.get(gs, j) * rho);
            }
        };
        pieces.forEach(
                1,
                rows,
                4,
                workers,
                fill,
                (patterns, at, length) -> gradient(xs, dys, patterns, width, dxs, at, length, add));
    }

    /** dx = (dy − p₂ − (x − p₀)·p₁)·p₃, or dx += that. */
    private static void gradient(
            MemorySegment x,
            MemorySegment dy,
            MemorySegment patterns,
            int width,
            MemorySegment dx,
            long at,
            int length,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector hat = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(j), Lanes.ORDER))
                    .mul(FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(width + j), Lanes.ORDER));
            FloatVector g = FloatVector.fromMemorySegment(Lanes.SPECIES, dy, Lanes.bytes(at + j), Lanes.ORDER)
                    .sub(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, patterns, Lanes.bytes(2L * width + j), Lanes.ORDER))
                    .sub(hat);
            Lanes.store(
                    g.mul(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, patterns, Lanes.bytes(3L * width + j), Lanes.ORDER)),
                    dx,
                    at + j,
                    add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = at + whole;
            FloatVector hat = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(end), Lanes.ORDER, tail)
                    .sub(FloatVector.fromMemorySegment(Lanes.SPECIES, patterns, Lanes.bytes(whole), Lanes.ORDER, tail));
            hat = hat.mul(FloatVector.fromMemorySegment(
                    Lanes.SPECIES, patterns, Lanes.bytes(width + whole), Lanes.ORDER, tail));
            FloatVector g = FloatVector.fromMemorySegment(Lanes.SPECIES, dy, Lanes.bytes(end), Lanes.ORDER, tail)
                    .sub(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, patterns, Lanes.bytes(2L * width + whole), Lanes.ORDER, tail));
            g = g.sub(hat);
            Lanes.store(
                    g.mul(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, patterns, Lanes.bytes(3L * width + whole), Lanes.ORDER, tail)),
                    dx,
                    end,
                    add,
                    tail);
        }
    }

    /**
     * dx = γ·ρ·dy with kept statistics, or dx += that. dx may be dy.
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
                Lanes.set(pattern, j, Lanes.get(gs, j) * reciprocal(vs, j, epsilon));
            }
        };
        RowPieces.of(cols)
                .forEach(
                        1,
                        rows,
                        1,
                        workers,
                        fill,
                        (pattern, at, length) -> ChannelRows.multiply(dys, pattern, dxs, at, length, add));
    }
}
