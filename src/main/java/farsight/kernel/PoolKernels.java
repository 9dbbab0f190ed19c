package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * 2×2 max-pooling with stride 2 over maps of H×W positions, 1×2 over maps of one row (sequences). An odd last row or
 * column is left out, as in PyTorch. A window that holds NaN gives NaN, and its gradient goes to the NaN.
 */
public final class PoolKernels {

    private PoolKernels() {}

    /** 1 if v is the maximum, or if both are NaN. */
    private static int holds(float v, float max) {
        return v == max || Float.isNaN(v) ? 1 : 0;
    }

    /** Rows per window: 1 in a map of one row, else 2. */
    private static int windowRows(int height) {
        return Math.min(2, height);
    }

    /**
     * y[b, (i, j), c] = max of x[b, (2i+u, 2j+v), c] over u, v in {0, 1}; u = 0 in a map of one row.
     *
     * @param x [batch, height·width, channels]
     * @param y [batch, ⌊height/2⌋·⌊width/2⌋, channels]; for one row [batch, ⌊width/2⌋, channels]
     * @param elementsEach channels per iteration
     */
    public static void maxPool(
            FloatArray x, FloatArray y, int batch, int height, int width, int channels, int elementsEach) {
        int tall = windowRows(height);
        int rows = height / tall;
        int cols = width / 2;
        int pieces = channels / elementsEach;
        int all = batch * rows * cols * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                int b = r / (rows * cols);
                int i = (r / cols) % rows;
                int j = r % cols;
                int from = ((b * height + tall * i) * width + 2 * j) * channels + c;
                float top = TornadoMath.max(x.get(from), x.get(from + channels));
                int low = from + (tall - 1) * width * channels;
                float bottom = TornadoMath.max(x.get(low), x.get(low + channels));
                y.set(r * channels + c, TornadoMath.max(top, bottom));
            }
        }
    }

    /**
     * dx[b, p, c] = dy of p's window if p holds its maximum (the first in reading order among equals), else 0; or dx +=
     * that.
     *
     * @param x [batch, height·width, channels]
     * @param y result of {@link #maxPool}
     * @param dy like y
     * @param dx like x
     * @param elementsEach channels per iteration
     */
    public static void maxPoolGradient(
            FloatArray x,
            FloatArray y,
            FloatArray dy,
            FloatArray dx,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            int elementsEach) {
        int tall = windowRows(height);
        int rows = height / tall;
        int cols = width / 2;
        int pieces = channels / elementsEach;
        int all = batch * height * width * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                int b = r / (height * width);
                int i = (r / width) % height;
                int j = r % width;
                float g = 0f;
                if (i / tall < rows && j / 2 < cols) {
                    int window = ((b * rows + i / tall) * cols + j / 2) * channels + c;
                    float max = y.get(window);
                    int corner = ((b * height + i / tall * tall) * width + j / 2 * 2) * channels + c;
                    int place = (i % tall) * 2 + j % 2;
                    int earlier = 0;
                    if (place > 0 && holds(x.get(corner), max) == 1) {
                        earlier = 1;
                    }
                    if (place > 1 && holds(x.get(corner + channels), max) == 1) {
                        earlier = 1;
                    }
                    if (place > 2 && holds(x.get(corner + width * channels), max) == 1) {
                        earlier = 1;
                    }
                    if (earlier == 0 && holds(x.get(r * channels + c), max) == 1) {
                        g = dy.get(window);
                    }
                }
                float before = accumulate == 1 ? dx.get(r * channels + c) : 0f;
                dx.set(r * channels + c, before + g);
            }
        }
    }
}
