package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batch norm over the positions of the whole batch, with the statistics of the batch (training) or fixed ones (frozen):
 * y = γ·x̂ + β, x̂ = (x − μ)·ρ, ρ = 1/√(σ² + ε), σ² biased. A variance that overflows float32 gives NaN: ρ = 0 would
 * turn every number into β.
 */
public final class BatchNormKernels {

    private BatchNormKernels() {}

    /**
     * P[s, j] = Σ over the rows i of chunk s of (x[i, j] − μ[j])²: deviations from the mean, because a difference of
     * squares would cancel.
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param partial P, [chunks, cols]
     */
    public static void deviationChunks(
            FloatArray x, FloatArray mean, FloatArray partial, int rows, int cols, int chunks, int chunkRows) {
        int all = chunks * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int chunk = r / cols;
            int col = r % cols;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float sum = 0f;
            for (int i = chunk * chunkRows; i < stop; i++) {
                float v = x.get(i * cols + col) - mean.get(col);
                sum += v * v;
            }
            partial.set(r, sum);
        }
    }

    /**
     * y = γ·(x − μ)/√(σ² + ε) + β, or max(0, that). y may be x.
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param variance σ², [cols]
     * @param y [rows, cols]
     * @param relu 1 for the maximum
     * @param elementsEach elements of a row per iteration
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
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                float rho = NormKernels.reciprocalRoot(variance.get(j), epsilon);
                float hat = (x.get(row * cols + j) - mean.get(j)) * rho;
                float v = hat * gamma.get(j) + beta.get(j);
                y.set(row * cols + j, relu == 1 && v < 0f ? 0f : v);
            }
        }
    }

    /**
     * P[s, j] = Σ dy[i, j] and H[s, j] = Σ dy[i, j]·x̂[i, j], over the rows i of chunk s; with relu over those where
     * γ·x̂ + β is above 0.
     *
     * @param sums P, [chunks, cols]
     * @param hatSums H, [chunks, cols]
     * @param relu 1 if the norm ended in ReLU
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
            int relu) {
        int all = chunks * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int chunk = r / cols;
            int col = r % cols;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float rho = NormKernels.reciprocalRoot(variance.get(col), epsilon);
            float sum = 0f;
            float hatSum = 0f;
            for (int i = chunk * chunkRows; i < stop; i++) {
                float hat = (x.get(i * cols + col) - mean.get(col)) * rho;
                float g = gate(dy.get(i * cols + col), hat * gamma.get(col) + beta.get(col), relu);
                sum += g;
                hatSum += g * hat;
            }
            sums.set(r, sum);
            hatSums.set(r, hatSum);
        }
    }

    /** The gradient of the norm's result y before ReLU: dy, 0 where ReLU gave 0, NaN where it gave NaN. */
    public static float gate(float dy, float y, int relu) {
        float shut = y < 0f ? 0f : y;
        return relu == 0 || y > 0f ? dy : shut;
    }

    /**
     * dx = γ·ρ·(g − Σg/M − x̂·Σ(g·x̂)/M), M = rows, through the statistics of the batch; or dx += that. g is dy, with
     * relu 0 where γ·x̂ + β is not above 0. dx may be x or dy.
     *
     * @param dBeta Σ g, [cols]
     * @param dGamma Σ g·x̂, [cols]
     * @param dx [rows, cols]
     * @param relu 1 if the norm ended in ReLU
     * @param elementsEach elements of a row per iteration
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
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                float rho = NormKernels.reciprocalRoot(variance.get(j), epsilon);
                float hat = (x.get(at) - mean.get(j)) * rho;
                float g = gate(dy.get(at), hat * gamma.get(j) + beta.get(j), relu);
                float d = gamma.get(j) * rho * (g - dBeta.get(j) / rows - hat * dGamma.get(j) / rows);
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + d);
            }
        }
    }

    /**
     * dx = γ·ρ·dy with fixed statistics, or dx += that. dx may be dy.
     *
     * @param dy [rows, cols]
     * @param dx [rows, cols]
     * @param elementsEach elements of a row per iteration
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
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                float g = gamma.get(j) * NormKernels.reciprocalRoot(variance.get(j), epsilon) * dy.get(at);
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + g);
            }
        }
    }
}
