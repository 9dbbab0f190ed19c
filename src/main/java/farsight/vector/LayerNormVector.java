package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.kernel.LayerNormKernels;
import farsight.kernel.NormKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Layer norm over rows: {@link LayerNormKernels} by the Vector API. */
public final class LayerNormVector {

    /** Floats per range. */
    private static final int GRAIN = 1 << 14;

    private LayerNormVector() {}

    /**
     * y = γ·x̂ + β with x̂ = (x − μ)·ρ, ρ = 1/√(σ² + ε), over each row; biased variance. A row of one value gives β.
     *
     * @param x [rows, cols]
     * @param gamma γ, [cols]
     * @param beta β, [cols]
     * @param y [rows, cols]
     * @param moments μ and ρ of every row, [rows, 2]
     */
    public static void layerNorm(
            FloatArray x,
            FloatArray gamma,
            FloatArray beta,
            FloatArray y,
            FloatArray moments,
            int rows,
            int cols,
            float epsilon,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment gs = gamma.getSegment();
        MemorySegment bs = beta.getSegment();
        MemorySegment ys = y.getSegment();
        MemorySegment ms = moments.getSegment();
        workers.forEach(rows, grain(cols), (from, to) -> {
            for (long row = from; row < to; row++) {
                long at = row * cols;
                float mean = sum(xs, at, cols) / cols;
                float squares = squares(xs, at, cols, mean);
                float rho = squares > NormKernels.LARGE
                        ? LayerNormKernels.largeDeviation(x, Math.toIntExact(at), cols, mean)
                        : NormKernels.reciprocalRoot(squares / cols, epsilon);
                Lanes.set(ms, 2 * row, mean);
                Lanes.set(ms, 2 * row + 1, rho);
                normalize(xs, gs, bs, ys, at, cols, mean, rho);
            }
        });
    }

    private static long grain(int length) {
        return Math.max(1, GRAIN / Math.max(1, length));
    }

    private static float sum(MemorySegment x, long at, int length) {
        int whole = (int) Lanes.whole(length);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            sum = sum.add(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER));
        }
        if (whole < length) {
            sum = sum.add(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, Lanes.tail(length)));
        }
        return Lanes.sum(sum);
    }

    /** Σ (x − μ)². */
    private static float squares(MemorySegment x, long at, int length, float mean) {
        FloatVector means = Lanes.broadcast(mean);
        int whole = (int) Lanes.whole(length);
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).sub(means);
            squares = v.fma(v, squares);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(means, tail);
            squares = v.fma(v, squares);
        }
        return Lanes.sum(squares);
    }

    private static void normalize(
            MemorySegment x,
            MemorySegment gamma,
            MemorySegment beta,
            MemorySegment y,
            long at,
            int length,
            float mean,
            float rho) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(mean)
                    .mul(rho)
                    .fma(
                            fromMemorySegment(SPECIES, gamma, bytes(j), ORDER),
                            fromMemorySegment(SPECIES, beta, bytes(j), ORDER))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(mean)
                    .mul(rho)
                    .fma(
                            fromMemorySegment(SPECIES, gamma, bytes(whole), ORDER, tail),
                            fromMemorySegment(SPECIES, beta, bytes(whole), ORDER, tail))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dx = ρ·(g − mean(g) − x̂·mean(g·x̂)), g = γ·dy.
     *
     * @param moments from {@link #layerNorm}, [rows, 2]
     */
    public static void layerNormGradient(
            FloatArray x,
            FloatArray gamma,
            FloatArray moments,
            FloatArray dy,
            FloatArray dx,
            int rows,
            int cols,
            int accumulate,
            Workers workers) {
        MemorySegment ms = moments.getSegment();
        Row arrays = new Row(x.getSegment(), gamma.getSegment(), dy.getSegment(), dx.getSegment(), cols);
        boolean add = accumulate == 1;
        workers.forEach(rows, grain(cols), (from, to) -> {
            for (long row = from; row < to; row++) {
                arrays.gradient(row * cols, Lanes.get(ms, 2 * row), Lanes.get(ms, 2 * row + 1), add);
            }
        });
    }

    /** What the gradient of a row of {@code length} floats reads and writes. */
    private record Row(MemorySegment x, MemorySegment gamma, MemorySegment dy, MemorySegment dx, int length) {

        void gradient(long at, float mean, float rho, boolean add) {
            int whole = (int) Lanes.whole(length);
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector means = Lanes.broadcast(mean);
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector delta = FloatVector.zero(SPECIES);
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                FloatVector g = fromMemorySegment(SPECIES, gamma, bytes(j), ORDER)
                        .mul(fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER));
                FloatVector hat = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                        .sub(means)
                        .mul(rho);
                sum = sum.add(g);
                delta = g.fma(hat, delta);
            }
            if (whole < length) {
                FloatVector g = fromMemorySegment(SPECIES, gamma, bytes(whole), ORDER, tail)
                        .mul(fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail));
                FloatVector hat = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                        .sub(means, tail)
                        .mul(rho);
                sum = sum.add(g);
                delta = g.fma(hat, delta);
            }
            float meanG = Lanes.sum(sum) / length;
            float meanDelta = Lanes.sum(delta) / length;
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                FloatVector hat = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                        .sub(means)
                        .mul(rho);
                FloatVector d = fromMemorySegment(SPECIES, gamma, bytes(j), ORDER)
                        .mul(fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER))
                        .sub(meanG)
                        .sub(hat.mul(meanDelta))
                        .mul(rho);
                Lanes.store(d, dx, at + j, add);
            }
            if (whole < length) {
                FloatVector hat = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                        .sub(means)
                        .mul(rho);
                FloatVector d = fromMemorySegment(SPECIES, gamma, bytes(whole), ORDER, tail)
                        .mul(fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail))
                        .sub(meanG)
                        .sub(hat.mul(meanDelta))
                        .mul(rho);
                Lanes.store(d, dx, at + whole, add, tail);
            }
        }
    }

    /**
     * dγ[j] = Σ_i dy[i, j]·x̂[i, j] and dβ[j] = Σ_i dy[i, j].
     *
     * @param dGamma [cols]
     * @param dBeta [cols]
     */
    public static void layerNormParameterGradient(
            FloatArray x,
            FloatArray moments,
            FloatArray dy,
            FloatArray dGamma,
            FloatArray dBeta,
            int rows,
            int cols,
            int accumulate,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ms = moments.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment gs = dGamma.getSegment();
        MemorySegment bs = dBeta.getSegment();
        boolean add = accumulate == 1;
        long grain = Math.max(1, GRAIN / ((long) Math.max(1, rows) * Lanes.COUNT));
        workers.forEach(Math.ceilDiv(cols, Lanes.COUNT), grain, (from, to) -> {
            for (long k = from; k < to; k++) {
                long first = k * Lanes.COUNT;
                VectorMask<Float> there = SPECIES.indexInRange(first, cols);
                FloatVector g = FloatVector.zero(SPECIES);
                FloatVector b = FloatVector.zero(SPECIES);
                for (long row = 0; row < rows; row++) {
                    long at = bytes(row * cols + first);
                    FloatVector hat = fromMemorySegment(SPECIES, xs, at, ORDER, there)
                            .sub(Lanes.get(ms, 2 * row))
                            .mul(Lanes.get(ms, 2 * row + 1));
                    FloatVector v = fromMemorySegment(SPECIES, dys, at, ORDER, there);
                    g = v.fma(hat, g);
                    b = b.add(v);
                }
                Lanes.store(g, gs, first, add, there);
                Lanes.store(b, bs, first, add, there);
            }
        });
    }
}
