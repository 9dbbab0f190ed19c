package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Moves that change where a number lies and nothing else. */
public final class LayoutKernels {

    private LayoutKernels() {}

    /**
     * y[b, j, i] = x[b, i, j], or y += that: from PyTorch's [B, C, N] to [B, N, C] and back.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, cols, rows]
     */
    public static void transposed(FloatArray x, FloatArray y, int batch, int rows, int cols, int accumulate) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            for (@Parallel int i = 0; i < rows; i++) {
                int from = (r / cols) * rows * cols + i * cols + r % cols;
                float before = accumulate == 1 ? y.get(r * rows + i) : 0f;
                y.set(r * rows + i, before + x.get(from));
            }
        }
    }

    /**
     * y[i, yOffset + j] = x[i, xOffset + j] for j &lt; cols, or += that: columns set beside others
     * (a concatenation over channels) or taken out again.
     *
     * @param x [rows, xCols]
     * @param y [rows, yCols]
     */
    public static void copyColumns(
            FloatArray x,
            FloatArray y,
            int rows,
            int cols,
            int xCols,
            int xOffset,
            int yCols,
            int yOffset,
            int accumulate) {
        for (@Parallel int row = 0; row < rows; row++) {
            for (int j = 0; j < cols; j++) {
                int at = row * yCols + yOffset + j;
                float before = accumulate == 1 ? y.get(at) : 0f;
                y.set(at, before + x.get(row * xCols + xOffset + j));
            }
        }
    }
}
