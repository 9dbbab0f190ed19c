package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Gradients back through a normalisation Y = n(X), where the gradient of Y is a product, G = A·Bᵀ, that is not stored:
 * each element of dX needs its own elements of G and Y, and a sum over Y∘G that is known beforehand. So dX may lie where
 * Y lies, and no array as large as either is needed beside it.
 *
 * <p>B is [batch or 1, n, k] and {@code strideB} the number of floats from one B to the next, as in {@link
 * MatMulKernels}; each parallel iteration computes {@value MatMulKernels#TILE} neighbouring elements of a row.
 */
public final class ProductGradientKernels {

    private static final int BLOCK = MatMulKernels.BLOCK;
    private static final int TILE = MatMulKernels.TILE;

    private ProductGradientKernels() {}

    /**
     * dX = σ·Y∘(A·Bᵀ − D) for Y = softmax(σ·X) row by row. With attention Z = Y·V it is A = dZ and B = V.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param along D_i = Σ_j y_ij·g_ij, [batch, m]
     * @param dx [batch, m, n], perhaps y itself
     * @param scale σ
     */
    public static void softmaxGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray along,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float scale) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * m * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int base = (row / m) * strideB;
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int end = Math.min(start + BLOCK, k);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get(row * k + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get(base + (col + Math.min(j, width - 1)) * k + i);
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                int at = row * n + col + j;
                dx.set(at, scale * y.get(at) * (total[j] - along.get(row)));
            }
        }
    }

    /**
     * dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms for Y = l2(r(X)) row by row, 0 where the norm is at most ε.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, m]
     * @param along D_i = Σ_j y_ij·g_ij, [batch, m]
     * @param dx [batch, m, n], perhaps y itself
     */
    public static void unitRowsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray along,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * m * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int base = (row / m) * strideB;
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int end = Math.min(start + BLOCK, k);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get(row * k + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get(base + (col + Math.min(j, width - 1)) * k + i);
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                int at = row * n + col + j;
                float v = y.get(at);
                float norm = norms.get(row);
                float factor = norm > NormKernels.EPSILON ? 1f / norm : 0f;
                float g = (total[j] - v * along.get(row)) * factor;
                dx.set(at, relu == 1 && v <= 0f ? 0f : g);
            }
        }
    }

    /**
     * The same for Y = l2(r(X)) column by column, that is over the positions.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, n]
     * @param along D_j = Σ_i y_ij·g_ij, [batch, n]
     * @param dx [batch, m, n], perhaps y itself
     */
    public static void unitPositionsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray along,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * m * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int base = (row / m) * strideB;
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int end = Math.min(start + BLOCK, k);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get(row * k + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get(base + (col + Math.min(j, width - 1)) * k + i);
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                int at = row * n + col + j;
                int column = (row / m) * n + col + j;
                float v = y.get(at);
                float norm = norms.get(column);
                float factor = norm > NormKernels.EPSILON ? 1f / norm : 0f;
                float g = (total[j] - v * along.get(column)) * factor;
                dx.set(at, relu == 1 && v <= 0f ? 0f : g);
            }
        }
    }
}
