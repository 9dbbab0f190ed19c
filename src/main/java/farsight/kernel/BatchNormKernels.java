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
     * y = γ·(x − μ)/√(σ² + ε) + β. y may be x.
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param variance σ², [cols]
     * @param y [rows, cols]
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
                y.set(row * cols + j, hat * gamma.get(j) + beta.get(j));
            }
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
            float epsilon) {
        int all = chunks * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int chunk = r / cols;
            int col = r % cols;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float rho = NormKernels.reciprocalRoot(variance.get(col), epsilon);
            float sum = 0f;
            for (int i = chunk * chunkRows; i < stop; i++) {
                sum += dy.get(i * cols + col) * (x.get(i * cols + col) - mean.get(col)) * rho;
            }
            partial.set(r, sum);
        }
    }

    /**
     * dx = γ·ρ·(dy − Σdy/M − x̂·Σ(dy·x̂)/M), M = rows, through the statistics of the batch; or dx += that.
     *
     * @param dBeta Σ dy, [cols]
     * @param dGamma Σ dy·x̂, [cols]
     * @param dx [rows, cols]
     * @param elementsEach elements of a row per iteration
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
                float g = gamma.get(j) * rho * (dy.get(at) - dBeta.get(j) / rows - hat * dGamma.get(j) / rows);
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + g);
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
