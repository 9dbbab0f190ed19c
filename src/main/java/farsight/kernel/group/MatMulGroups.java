package farsight.kernel.group;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products by work-groups: the twins of {@code farsight.kernel.MatMulKernels}, with the same letters. A group of
 * {@value ProductTile#ITEMS} work-items computes one {@link ProductTile} of one C, by {@link TileProduct}. Groups are
 * numbered along the tiles of a strip of rows, then along the strips, then along the batch.
 */
public final class MatMulGroups {

    private MatMulGroups() {}

    /**
     * C = α·A·B, or C += α·A·B.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, k, n]
     * @param c C, [batch, m, n]
     * @param strideB floats from one B to the next, 0 if the batch shares one
     * @param accumulate 1 to add to C, 0 to overwrite it
     */
    public static void matMul(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate,
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
        TileProduct.product(
                context,
                a,
                first * k,
                k,
                1,
                m - row,
                b,
                matrix * strideB + col,
                1,
                n,
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
                    float before = accumulate == 1 ? c.get(at) : 0f;
                    c.set(at, before + alpha * total[p * columnsEach + q]);
                }
            }
        }
    }

    /**
     * C = α·A·Bᵀ, or C += α·A·Bᵀ.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param c C, [batch, m, n]
     * @param strideB floats from one B to the next, 0 if the batch shares one
     * @param accumulate 1 to add to C, 0 to overwrite it
     */
    public static void matMulRightTransposed(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate,
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
                    float before = accumulate == 1 ? c.get(at) : 0f;
                    c.set(at, before + alpha * total[p * columnsEach + q]);
                }
            }
        }
    }

    /**
     * P[b, s] = A[b, rows of s]ᵀ · B[b, rows of s]: the left-transposed product over one chunk s of rows.
     *
     * @param a A, [batch, rows, m]
     * @param b B, [batch, rows, n]
     * @param partial P, [batch, chunks, m, n]
     * @param chunkRows rows per chunk; chunks = ⌈rows / chunkRows⌉
     */
    public static void matMulLeftTransposedChunks(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray partial,
            int rows,
            int m,
            int n,
            int chunks,
            int chunkRows,
            int across,
            int rowsEach,
            int columnsEach) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int col = TileProduct.column(context.groupIdx, n, across, columnsEach);
        int row = TileProduct.row(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int piece = TileProduct.matrix(context.groupIdx, m, n, across, rowsEach, columnsEach);
        int begin = (piece % chunks) * chunkRows;
        int terms = Math.min(chunkRows, rows - begin);
        int first = (piece / chunks) * rows + begin;
        float[] total = new float[TileProduct.MOST];
        TileProduct.product(
                context,
                a,
                first * m + row,
                1,
                m,
                m - row,
                b,
                first * n + col,
                1,
                n,
                n - col,
                terms,
                across,
                rowsEach,
                columnsEach,
                total);
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && col + j < n) {
                    partial.set((piece * m + row + i) * n + col + j, total[p * columnsEach + q]);
                }
            }
        }
    }

    /**
     * y = x·Wᵀ + b at every position: the 1×1 convolution with bias.
     *
     * @param x [m, k]
     * @param w W, [n, k], PyTorch's layout
     * @param bias b, [n]
     * @param y [m, n]
     */
    public static void projectWithBias(
            KernelContext context,
            FloatArray x,
            FloatArray w,
            FloatArray bias,
            FloatArray y,
            int m,
            int n,
            int k,
            int across,
            int rowsEach,
            int columnsEach) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int col = TileProduct.column(context.groupIdx, n, across, columnsEach);
        int row = TileProduct.strip(context.groupIdx, n, across, columnsEach) * down * rowsEach;
        float[] total = new float[TileProduct.MOST];
        TileProduct.rightTransposed(
                context, x, row * k, m - row, w, col * k, n - col, k, across, rowsEach, columnsEach, total);
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && col + j < n) {
                    y.set((row + i) * n + col + j, bias.get(col + j) + total[p * columnsEach + q]);
                }
            }
        }
    }
}
