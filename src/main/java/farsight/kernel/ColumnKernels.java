package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums down the columns, that is over the positions, in two stages: chunks of rows in parallel, then
 * the chunks. The cut into chunks depends on the shape alone, so the result does not depend on the
 * number of threads.
 */
public final class ColumnKernels {

    private ColumnKernels() {}

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnSumChunks(
            FloatArray x, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows) {
        int outer = batch * chunks;
        for (@Parallel int r = 0; r < outer; r++) {
            for (@Parallel int col = 0; col < cols; col++) {
                int chunk = r % chunks;
                int first = (r / chunks) * rows;
                int stop = Math.min((chunk + 1) * chunkRows, rows);
                float sum = 0f;
                for (int i = chunk * chunkRows; i < stop; i++) {
                    sum += x.get((first + i) * cols + col);
                }
                partial.set(r * cols + col, sum);
            }
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j]·y[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param y [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnDotChunks(
            FloatArray x, FloatArray y, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows) {
        int outer = batch * chunks;
        for (@Parallel int r = 0; r < outer; r++) {
            for (@Parallel int col = 0; col < cols; col++) {
                int chunk = r % chunks;
                int first = (r / chunks) * rows;
                int stop = Math.min((chunk + 1) * chunkRows, rows);
                float sum = 0f;
                for (int i = chunk * chunkRows; i < stop; i++) {
                    int at = (first + i) * cols + col;
                    sum += x.get(at) * y.get(at);
                }
                partial.set(r * cols + col, sum);
            }
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of r(x[b, i, j])², with r the identity or ReLU.
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     * @param relu 1 to take max(x, 0) first
     */
    public static void columnSquareChunks(
            FloatArray x, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows, int relu) {
        int outer = batch * chunks;
        for (@Parallel int r = 0; r < outer; r++) {
            for (@Parallel int col = 0; col < cols; col++) {
                int chunk = r % chunks;
                int first = (r / chunks) * rows;
                int stop = Math.min((chunk + 1) * chunkRows, rows);
                float sum = 0f;
                for (int i = chunk * chunkRows; i < stop; i++) {
                    float v = x.get((first + i) * cols + col);
                    if (relu == 1) {
                        v = TornadoMath.max(v, 0f);
                    }
                    sum += v * v;
                }
                partial.set(r * cols + col, sum);
            }
        }
    }

    /**
     * y[b, j] = scale·Σ_s P[b, s, j], or y += that: the second stage of every sum over positions.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void sumChunks(
            FloatArray partial, FloatArray y, int batch, int chunks, int cols, float scale, int accumulate) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int col = 0; col < cols; col++) {
                float sum = 0f;
                for (int s = 0; s < chunks; s++) {
                    sum += partial.get((b * chunks + s) * cols + col);
                }
                float before = accumulate == 1 ? y.get(b * cols + col) : 0f;
                y.set(b * cols + col, before + scale * sum);
            }
        }
    }

    /**
     * y[b, j] = √(Σ_s P[b, s, j]): the second stage of a norm over positions.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void rootOfChunks(FloatArray partial, FloatArray y, int batch, int chunks, int cols) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int col = 0; col < cols; col++) {
                float sum = 0f;
                for (int s = 0; s < chunks; s++) {
                    sum += partial.get((b * chunks + s) * cols + col);
                }
                y.set(b * cols + col, TornadoMath.sqrt(sum));
            }
        }
    }
}
