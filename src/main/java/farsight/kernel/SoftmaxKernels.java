package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Softmax over the rows and over the positions. Both subtract the maximum before the exponential. */
public final class SoftmaxKernels {

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    /** Lower bound of all logits; not −∞, because device compilers with relaxed arithmetic have no infinity. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private SoftmaxKernels() {}

    /**
     * y_i = softmax(scale·x_i) for every row. y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     */
    public static void softmaxRows(FloatArray x, FloatArray y, int rows, int cols, float scale) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float max = LOWEST;
            for (int j = 0; j < cols; j++) {
                max = TornadoMath.max(max, scale * x.get(row * cols + j));
            }
            float total = 0f;
            for (int start = 0; start < cols; start += BLOCK) {
                int end = Math.min(start + BLOCK, cols);
                float sum = 0f;
                for (int j = start; j < end; j++) {
                    float e = TornadoMath.exp(scale * x.get(row * cols + j) - max);
                    y.set(row * cols + j, e);
                    sum += e;
                }
                total += sum;
            }
            float factor = 1f / total;
            for (int j = 0; j < cols; j++) {
                y.set(row * cols + j, y.get(row * cols + j) * factor);
            }
        }
    }

    /**
     * dx_i = scale·y_i∘(dy_i − (y_i·dy_i)) for every row. dx may be dy.
     *
     * @param y result of {@link #softmaxRows}, [rows, cols]
     * @param dy [rows, cols]
     * @param dx [rows, cols]
     */
    public static void softmaxRowsGradient(
            FloatArray y, FloatArray dy, FloatArray dx, int rows, int cols, float scale, int accumulate) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float delta = 0f;
            for (int start = 0; start < cols; start += BLOCK) {
                int end = Math.min(start + BLOCK, cols);
                float sum = 0f;
                for (int j = start; j < end; j++) {
                    sum += y.get(row * cols + j) * dy.get(row * cols + j);
                }
                delta += sum;
            }
            for (int j = 0; j < cols; j++) {
                int at = row * cols + j;
                float g = scale * y.get(at) * (dy.get(at) - delta);
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + g);
            }
        }
    }

    /**
     * First stage of a softmax over positions: the maximum m of each chunk of rows, and its sum of exp(x − m).
     *
     * @param x [batch, rows, cols]
     * @param partial maximum and sum, [batch, chunks, cols, 2]
     */
    public static void softmaxPositionsChunks(
            FloatArray x, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows) {
        int all = batch * chunks * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int col = r % cols;
            int chunk = (r / cols) % chunks;
            int first = (r / cols / chunks) * rows;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float max = LOWEST;
            for (int i = chunk * chunkRows; i < stop; i++) {
                max = TornadoMath.max(max, x.get((first + i) * cols + col));
            }
            float sum = 0f;
            for (int i = chunk * chunkRows; i < stop; i++) {
                sum += TornadoMath.exp(x.get((first + i) * cols + col) - max);
            }
            partial.set(2 * r, max);
            partial.set(2 * r + 1, sum);
        }
    }

    /**
     * Second stage: the maximum m of all chunks and s = Σ over chunks of sum·exp(maximum − m).
     *
     * @param partial [batch, chunks, cols, 2]
     * @param moments m and s, [batch, cols, 2]
     */
    public static void softmaxPositionsCombine(
            FloatArray partial, FloatArray moments, int batch, int chunks, int cols) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * chunks;
            int col = r % cols;
            float max = LOWEST;
            for (int s = 0; s < chunks; s++) {
                max = TornadoMath.max(max, partial.get(((first + s) * cols + col) * 2));
            }
            float sum = 0f;
            for (int s = 0; s < chunks; s++) {
                int at = ((first + s) * cols + col) * 2;
                sum += partial.get(at + 1) * TornadoMath.exp(partial.get(at) - max);
            }
            moments.set(2 * r, max);
            moments.set(2 * r + 1, sum);
        }
    }

    /**
     * Third stage: y = exp(x − m) / s. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param moments [batch, cols, 2]
     * @param y [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void softmaxPositionsApply(
            FloatArray x, FloatArray moments, FloatArray y, int batch, int rows, int cols, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int column = ((row / rows) * cols + j) * 2;
                float e = TornadoMath.exp(x.get(row * cols + j) - moments.get(column));
                y.set(row * cols + j, e / moments.get(column + 1));
            }
        }
    }

    /**
     * dx = y∘(dy − delta), delta[b, j] = Σ_i y·dy from {@link ColumnKernels#columnDotChunks}. dx may
     * be dy.
     *
     * @param y [batch, rows, cols]
     * @param dy [batch, rows, cols]
     * @param delta [batch, cols]
     * @param dx [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void softmaxPositionsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int rows,
            int cols,
            int accumulate,
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                float g = y.get(at) * (dy.get(at) - delta.get((row / rows) * cols + j));
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + g);
            }
        }
    }
}
