package farsight.kernel.group;

import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Gradients through a normalisation, fused with a product, by work-groups: the twins of {@code
 * farsight.kernel.GemmGradientKernels}, with the same letters and the grid of {@link MatMulGroups}. A work-item reads
 * only the elements of Y at which it writes dX, so dX may be Y.
 */
public final class GemmGradientGroups {

    private GemmGradientGroups() {}

    /**
     * dX = σ·Y∘(A·Bᵀ − D) for Y = softmax(σ·X) row by row.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param delta D, [batch, m]
     * @param dx [batch, m, n], may be y itself
     * @param strideB floats from one B to the next, 0 if the batch shares one
     * @param scale σ
     */
    public static void softmaxGradient(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray delta,
            FloatArray dx,
            int m,
            int n,
            int k,
            int strideB,
            float scale,
            int across,
            int rowsEach,
            int columnsEach) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int col = TileProduct.column(context.groupIdx, n, across, columnsEach);
        int row = TileProduct.row(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int matrix = TileProduct.matrix(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int first = matrix * m + row;
        float[] total = new float[TileProduct.MOST];
        TileProduct.rightTransposed(
                context,
                a,
                first * k,
                m - row,
                b,
                matrix * strideB + col * k,
                n - col,
                k,
                across,
                rowsEach,
                columnsEach,
                total);
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && col + j < n) {
                    int at = (first + i) * n + col + j;
                    dx.set(at, scale * y.get(at) * (total[p * columnsEach + q] - delta.get(first + i)));
                }
            }
        }
    }

    /**
     * dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms for Y = l2(r(X)) row by row; G / ε where the norm is at most ε.
     *
     * @param norms [batch, m]
     * @param delta D, [batch, m]
     */
    public static void unitRowsGradient(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            int across,
            int rowsEach,
            int columnsEach) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int col = TileProduct.column(context.groupIdx, n, across, columnsEach);
        int row = TileProduct.row(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int matrix = TileProduct.matrix(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int first = matrix * m + row;
        float[] total = new float[TileProduct.MOST];
        TileProduct.rightTransposed(
                context,
                a,
                first * k,
                m - row,
                b,
                matrix * strideB + col * k,
                n - col,
                k,
                across,
                rowsEach,
                columnsEach,
                total);
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && col + j < n) {
                    int at = (first + i) * n + col + j;
                    float dy = total[p * columnsEach + q];
                    dx.set(at, NormKernels.l2Gradient(dy, y.get(at), norms.get(first + i), delta.get(first + i), relu));
                }
            }
        }
    }

    /**
     * dX as in {@link #unitRowsGradient}, for Y = l2(r(X)) column by column (over the positions).
     *
     * @param norms [batch, n]
     * @param delta D, [batch, n]
     */
    public static void unitPositionsGradient(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            int across,
            int rowsEach,
            int columnsEach) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int col = TileProduct.column(context.groupIdx, n, across, columnsEach);
        int row = TileProduct.row(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int matrix = TileProduct.matrix(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int first = matrix * m + row;
        float[] total = new float[TileProduct.MOST];
        TileProduct.rightTransposed(
                context,
                a,
                first * k,
                m - row,
                b,
                matrix * strideB + col * k,
                n - col,
                k,
                across,
                rowsEach,
                columnsEach,
                total);
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && col + j < n) {
                    int at = (first + i) * n + col + j;
                    int column = matrix * n + col + j;
                    float dy = total[p * columnsEach + q];
                    dx.set(at, NormKernels.l2Gradient(dy, y.get(at), norms.get(column), delta.get(column), relu));
                }
            }
        }
    }
}
