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
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The gradients of batch norm: {@code farsight.kernel.BatchNormKernels} by the Vector API. */
public final class BatchNormGradientVector {

    private BatchNormGradientVector() {}

    /**
     * P[s, j] = Σ g[i, j] and H[s, j] = Σ g[i, j]·x̂[i, j], over the rows i of chunk s: g is dy, with relu 0 where γ·x̂ + β
     * is not above 0.
     *
     * @param sums P, [chunks, cols]
     * @param hatSums H, [chunks, cols]
     */
    public static void batchNormSums(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray beta,
            FloatArray dy,
            FloatArray sums,
            FloatArray hatSums,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            float epsilon,
            int relu,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment vs = variance.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment bs = beta.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment out = sums.getSegment();
        MemorySegment hatOut = hatSums.getSegment();
        float floor = Lanes.floor(relu == 1);
        new ColumnChunks(1, rows, cols, chunks, chunkRows).forEach(workers, chunk -> {
            RowPieces strip = chunk.strip();
            int pitch = strip.pitch();
            int first = (int) (chunk.out() % cols);
            // Two accumulators for a wide row, then its means, factors and terms.
            float[] at = Scratch.get().heap(5 * pitch);
            Arrays.fill(at, 0, 2 * pitch, 0f);
            Lanes.read(ms, first, at, 2 * pitch, strip.cols());
            for (int j = 0; j < strip.cols(); j++) {
                at[3 * pitch + j] = Lanes.get(gs, first + j) * BatchNormVector.reciprocal(vs, first + j, epsilon);
            }
            Lanes.read(bs, first, at, 4 * pitch, strip.cols());
            for (int pattern = 2; pattern < 5; pattern++) {
                strip.repeat(at, pattern * pitch);
            }
            chunk.forEachRow((row, length) -> add(xs, dys, row, at, pitch, floor, length));
            chunk.foldSum(at, 0);
            chunk.foldSum(at, pitch);
            // ρ is a common factor of the sum.
            for (int j = 0; j < strip.cols(); j++) {
                at[pitch + j] *= BatchNormVector.reciprocal(vs, first + j, epsilon);
            }
            Lanes.write(at, 0, out, chunk.out(), strip.cols());
            Lanes.write(at, pitch, hatOut, chunk.out(), strip.cols());
        });
    }

    /** p₀ += g and p₁ += g·(x − p₂), g = dy where (x − p₂)·p₃ + p₄ is above the floor. */
    private static void add(
            MemorySegment x, MemorySegment dy, long row, float[] p, int pitch, float floor, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v =
                    fromMemorySegment(SPECIES, x, bytes(row + j), ORDER).sub(fromArray(SPECIES, p, 2 * pitch + j));
            FloatVector y = v.fma(fromArray(SPECIES, p, 3 * pitch + j), fromArray(SPECIES, p, 4 * pitch + j))
                    .max(floor);
            // Where y is not above the floor, it is 0 or NaN.
            FloatVector g = y.blend(
                    fromMemorySegment(SPECIES, dy, bytes(row + j), ORDER), y.compare(VectorOperators.GT, floor));
            fromArray(SPECIES, p, j).add(g).intoArray(p, j);
            v.fma(g, fromArray(SPECIES, p, pitch + j)).intoArray(p, pitch + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(row + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, p, 2 * pitch + whole));
            FloatVector y = v.fma(fromArray(SPECIES, p, 3 * pitch + whole), fromArray(SPECIES, p, 4 * pitch + whole))
                    .max(floor);
            FloatVector g = y.blend(
                    fromMemorySegment(SPECIES, dy, bytes(row + whole), ORDER, tail),
                    y.compare(VectorOperators.GT, floor));
            fromArray(SPECIES, p, whole).add(g).intoArray(p, whole, tail);
            v.fma(g, fromArray(SPECIES, p, pitch + whole)).intoArray(p, pitch + whole, tail);
        }
    }

    /**
     * dx = γ·ρ·(g − Σg/M − x̂·Σ(g·x̂)/M), M = rows; or dx += that. g is dy, with relu 0 where γ·x̂ + β is not above 0. dx
     * may be x or dy.
     *
     * @param dBeta Σ g, [cols]
     * @param dGamma Σ g·x̂, [cols]
     * @param dx [rows, cols]
     */
    public static void batchNormGradient(
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray beta,
            FloatArray dy,
            FloatArray dBeta,
            FloatArray dGamma,
            FloatArray dx,
            int rows,
            int cols,
            float epsilon,
            int relu,
            int accumulate,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = mean.getSegment();
        MemorySegment vs = variance.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment bs = beta.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment sums = dBeta.getSegment();
        MemorySegment hatSums = dGamma.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        float floor = Lanes.floor(relu == 1);
        RowPieces pieces = RowPieces.of(cols);
        int pitch = pieces.pitch();
        RowPieces.Fill fill = (_, patterns) -> {
            Lanes.read(ms, 0, patterns, 0, cols);
            for (int j = 0; j < cols; j++) {
                float rho = BatchNormVector.reciprocal(vs, j, epsilon);
                patterns[pitch + j] = rho * (Lanes.get(hatSums, j) / rows);
                patterns[2 * pitch + j] = Lanes.get(gs, j) * rho;
                patterns[3 * pitch + j] = Lanes.get(sums, j) / rows;
            }
            Lanes.read(bs, 0, patterns, 4 * pitch, cols);
        };
        pieces.forEach(
                1,
                rows,
                5,
                workers,
                fill,
                (patterns, at, length) -> gradient(xs, dys, patterns, pitch, floor, dxs, at, length, add));
    }

    /** dx = (g − p₃ − (x − p₀)·p₁)·p₂, or dx += that, g = dy where (x − p₀)·p₂ + p₄ is above the floor. */
    private static void gradient(
            MemorySegment x,
            MemorySegment dy,
            float[] p,
            int pitch,
            float floor,
            MemorySegment dx,
            long at,
            int length,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).sub(fromArray(SPECIES, p, j));
            FloatVector factor = fromArray(SPECIES, p, 2 * pitch + j);
            FloatVector y = v.fma(factor, fromArray(SPECIES, p, 4 * pitch + j)).max(floor);
            FloatVector d = y.blend(
                            fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER), y.compare(VectorOperators.GT, floor))
                    .sub(fromArray(SPECIES, p, 3 * pitch + j))
                    .sub(v.mul(fromArray(SPECIES, p, pitch + j)))
                    .mul(factor);
            Lanes.store(d, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            FloatVector v = fromMemorySegment(SPECIES, x, end, ORDER, tail).sub(fromArray(SPECIES, p, whole));
            FloatVector factor = fromArray(SPECIES, p, 2 * pitch + whole);
            FloatVector y =
                    v.fma(factor, fromArray(SPECIES, p, 4 * pitch + whole)).max(floor);
            y.blend(fromMemorySegment(SPECIES, dy, end, ORDER, tail), y.compare(VectorOperators.GT, floor))
                    .sub(fromArray(SPECIES, p, 3 * pitch + whole))
                    .sub(v.mul(fromArray(SPECIES, p, pitch + whole)))
                    .mul(factor)
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
                pattern[j] = Lanes.get(gs, j) * BatchNormVector.reciprocal(vs, j, epsilon);
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
