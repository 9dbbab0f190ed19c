package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Gradients through a normalisation Y = n(X) whose result has the gradient G = A·Bᵀ, a product that is not stored. Each
 * element of dX needs only the same elements of G and Y, and a sum over Y∘G that is known beforehand. So dX may share
 * Y's array, and no other array of that size is needed.
 *
 * <p>B is [batch or 1, n, k] and {@code strideB} the number of floats from one B to the next, as in {@link
 * MatMulKernels}; each parallel iteration computes a part of dX.
 */
public final class GemmGradientKernels {

    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    private GemmGradientKernels() {}

    /**
     * dX = σ·Y∘(A·Bᵀ − D) for Y = softmax(σ·X) row by row. For attention Z = Y·V: A = dZ and B = V.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param delta D_i = Σ_j y_ij·g_ij, [batch, m]
     * @param dx [batch, m, n], may be y itself
     * @param scale σ
     */
    public static void softmaxGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float scale) {
        int tiles = MatMulKernels.tiles(n);
        int strips = MatMulKernels.strips(m);
        int parts = MatMulKernels.parts(batch, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int strip = (part / tiles) % strips * ROWS;
            int item = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - strip);
            int first = item * m + strip;
            float[] total = new float[ROWS * COLUMNS];
            MatMulKernels.productOfRows(a, first * k, b, item * strideB + col * k, total, height, width, k);
            for (int i = 0; i < height; i++) {
                int row = first + i;
                for (int j = 0; j < width; j++) {
                    int at = row * n + col + j;
                    dx.set(at, scale * y.get(at) * (total[i * COLUMNS + j] - delta.get(row)));
                }
            }
        }
    }

    /**
     * dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms for Y = l2(r(X)) row by row; G / ε where the norm is at most ε.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, m]
     * @param delta D_i = Σ_j y_ij·g_ij, [batch, m]
     * @param dx [batch, m, n], may be y itself
     */
    public static void unitRowsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu) {
        int tiles = MatMulKernels.tiles(n);
        int strips = MatMulKernels.strips(m);
        int parts = MatMulKernels.parts(batch, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int strip = (part / tiles) % strips * ROWS;
            int item = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - strip);
            int first = item * m + strip;
            float[] total = new float[ROWS * COLUMNS];
            MatMulKernels.productOfRows(a, first * k, b, item * strideB + col * k, total, height, width, k);
            for (int i = 0; i < height; i++) {
                int row = first + i;
                for (int j = 0; j < width; j++) {
                    int at = row * n + col + j;
                    float dy = total[i * COLUMNS + j];
                    dx.set(at, NormKernels.l2Gradient(dy, y.get(at), norms.get(row), delta.get(row), relu));
                }
            }
        }
    }

    /**
     * dX as in {@link #unitRowsGradient}, for Y = l2(r(X)) column by column (over the positions).
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, n]
     * @param delta D_j = Σ_i y_ij·g_ij, [batch, n]
     * @param dx [batch, m, n], may be y itself
     */
    public static void unitPositionsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu) {
        int tiles = MatMulKernels.tiles(n);
        int strips = MatMulKernels.strips(m);
        int parts = MatMulKernels.parts(batch, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int strip = (part / tiles) % strips * ROWS;
            int item = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - strip);
            int first = item * m + strip;
            float[] total = new float[ROWS * COLUMNS];
            MatMulKernels.productOfRows(a, first * k, b, item * strideB + col * k, total, height, width, k);
            for (int i = 0; i < height; i++) {
                int row = first + i;
                for (int j = 0; j < width; j++) {
                    int at = row * n + col + j;
                    int column = item * n + col + j;
                    float dy = total[i * COLUMNS + j];
                    dx.set(at, NormKernels.l2Gradient(dy, y.get(at), norms.get(column), delta.get(column), relu));
                }
            }
        }
    }
}
