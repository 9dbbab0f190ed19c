package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that move numbers without changing them. */
public final class LayoutKernels {

    private LayoutKernels() {}

    /**
     * y[b, j, i] = x[b, i, j], or y += that: from PyTorch's [B, C, N] to [B, N, C] and back.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, cols, rows]
     * @param elementsEach elements of a row of y per iteration
     */
    public static void transposed(
            FloatArray x, FloatArray y, int batch, int rows, int cols, int accumulate, int elementsEach) {
        int pieces = rows / elementsEach;
        int all = batch * cols * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int column = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int i = first + k;
                int from = (column / cols) * rows * cols + i * cols + column % cols;
                float before = accumulate == 1 ? y.get(column * rows + i) : 0f;
                y.set(column * rows + i, before + x.get(from));
            }
        }
    }

    /**
     * y[i, yOffset + j] = x[i, xOffset + j] for j &lt; cols, or += that: a concatenation over channels, or a slice of
     * one.
     *
     * @param x [rows, xCols]
     * @param y [rows, yCols]
     * @param elementsEach elements of a row per iteration
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
            int accumulate,
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * yCols + yOffset + j;
                float before = accumulate == 1 ? y.get(at) : 0f;
                y.set(at, before + x.get(row * xCols + xOffset + j));
            }
        }
    }
}
