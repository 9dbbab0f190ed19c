package farsight.kernel.group;

import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products with unit-norm rows, in one pass over memory. A tile holds whole rows ({@link ProductTile#ofWholeRows}), so
 * that its group can sum over them before it writes. Beside the tiles of {@link TileProduct}, local memory holds each
 * work-item's partial sum of each of its rows.
 */
public final class GemmL2Groups {

    private GemmL2Groups() {}

    /** Bytes of local memory per group. */
    public static long localBytes(ProductTile tile) {
        return tile.localBytes() + 4L * tile.rows() * (tile.across() + 1);
    }

    /**
     * Y = l2(r(A·Bᵀ)) row by row, r the identity or ReLU, as {@link NormKernels#l2Rows} after a product.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms ‖r(A·Bᵀ)‖ of every row, [batch, m]
     * @param strideB floats from one B to the next, 0 if the batch shares one
     * @param relu 1 to take max(A·Bᵀ, 0) first
     */
    public static void gemmL2(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
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
        int rows = down * rowsEach;
        int strips = (m + rows - 1) / rows;
        int matrix = context.groupIdx / strips;
        int row = context.groupIdx % strips * rows;
        int first = matrix * m + row;
        float[] total = new float[TileProduct.MOST];
        TileProduct.rightTransposed(
                context, a, first * k, m - row, b, matrix * strideB, n, k, across, rowsEach, columnsEach, total);
        float[] part = context.allocateFloatLocalArray(rows * (across + 1));
        for (int p = 0; p < rowsEach; p++) {
            float squares = 0f;
            for (int q = 0; q < columnsEach; q++) {
                float v = total[p * columnsEach + q];
                if (relu == 1) {
                    v = TornadoMath.max(v, 0f);
                }
                total[p * columnsEach + q] = v;
                squares += v * v;
            }
            part[(item / across + p * down) * (across + 1) + item % across] = squares;
        }
        context.localBarrier();
        for (int i = item; i < rows; i += ProductTile.ITEMS) {
            float sum = 0f;
            for (int x = 0; x < across; x++) {
                sum += part[i * (across + 1) + x];
            }
            float norm = TornadoMath.sqrt(sum);
            if (sum > NormKernels.LARGE && row + i < m) {
                norm = largeNorm(a, (first + i) * k, b, matrix * strideB, n, k, relu);
            }
            if (row + i < m) {
                norms.set(first + i, norm);
            }
            part[i * (across + 1)] = NormKernels.reciprocal(norm);
        }
        context.localBarrier();
        for (int p = 0; p < rowsEach; p++) {
            for (int q = 0; q < columnsEach; q++) {
                int i = item / across + p * down;
                int j = item % across + q * across;
                if (row + i < m && j < n) {
                    y.set((first + i) * n + j, total[p * columnsEach + q] * part[i * (across + 1)]);
                }
            }
        }
    }

    /** √(Σ_j r(a·b_j)²), r the identity or ReLU, for numbers whose squares may overflow. */
    private static float largeNorm(FloatArray a, int row, FloatArray b, int first, int n, int k, int relu) {
        float sum = 0f;
        for (int j = 0; j < n; j++) {
            float v = 0f;
            for (int i = 0; i < k; i++) {
                v += a.get(row + i) * b.get(first + j * k + i);
            }
            v *= NormKernels.SHRINK;
            if (relu == 1) {
                v = TornadoMath.max(v, 0f);
            }
            sum += v * v;
        }
        return TornadoMath.sqrt(sum) * NormKernels.GROW;
    }
}
