package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Layer norm over rows. A sum of squares above {@link NormKernels#LARGE} is recomputed with scaled numbers, as
 * {@link NormKernels} does.
 */
public final class LayerNormKernels {

    private LayerNormKernels() {}

    /** 1 / √(Σ_j (x[first + j] − μ)² / cols), for numbers whose squares may overflow; ε is negligible beside them. */
    public static float largeDeviation(FloatArray x, int first, int cols, float mean) {
        float sum = 0f;
        for (int j = 0; j < cols; j++) {
            float v = (x.get(first + j) - mean) * NormKernels.SHRINK;
            sum += v * v;
        }
        return NormKernels.reciprocalRoot(sum / cols, 0f) * NormKernels.SHRINK;
    }

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
            float epsilon) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float sum = 0f;
            for (int j = 0; j < cols; j++) {
                sum += x.get(row * cols + j);
            }
            float mean = sum / cols;
            float squares = 0f;
            for (int j = 0; j < cols; j++) {
                float v = x.get(row * cols + j) - mean;
                squares += v * v;
            }
            float rho = squares > NormKernels.LARGE
                    ? largeDeviation(x, row * cols, cols, mean)
                    : NormKernels.reciprocalRoot(squares / cols, epsilon);
            moments.set(2 * row, mean);
            moments.set(2 * row + 1, rho);
            for (int j = 0; j < cols; j++) {
                float hat = (x.get(row * cols + j) - mean) * rho;
                y.set(row * cols + j, hat * gamma.get(j) + beta.get(j));
            }
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
            int accumulate) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float mean = moments.get(2 * row);
            float rho = moments.get(2 * row + 1);
            float sum = 0f;
            float delta = 0f;
            for (int j = 0; j < cols; j++) {
                float g = gamma.get(j) * dy.get(row * cols + j);
                sum += g;
                delta += g * ((x.get(row * cols + j) - mean) * rho);
            }
            float meanG = sum / cols;
            float meanDelta = delta / cols;
            for (int j = 0; j < cols; j++) {
                float hat = (x.get(row * cols + j) - mean) * rho;
                float g = gamma.get(j) * dy.get(row * cols + j);
                float before = accumulate == 1 ? dx.get(row * cols + j) : 0f;
                dx.set(row * cols + j, before + rho * (g - meanG - hat * meanDelta));
            }
        }
    }

    /**
     * dγ[j] = Σ_i dy[i, j]·x̂[i, j] and dβ[j] = Σ_i dy[i, j]; the rows are the batch, so they are few.
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
            int accumulate) {
        int all = Bounds.computed(cols);
        for (@Parallel int j = 0; j < all; j++) {
            float g = 0f;
            float b = 0f;
            for (int row = 0; row < rows; row++) {
                float hat = (x.get(row * cols + j) - moments.get(2 * row)) * moments.get(2 * row + 1);
                float v = dy.get(row * cols + j);
                g += v * hat;
                b += v;
            }
            float beforeG = accumulate == 1 ? dGamma.get(j) : 0f;
            float beforeB = accumulate == 1 ? dBeta.get(j) : 0f;
            dGamma.set(j, beforeG + g);
            dBeta.set(j, beforeB + b);
        }
    }
}
