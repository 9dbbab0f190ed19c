package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Pooling by windows over maps of H×W positions, as in PyTorch. The window at output (i, j) covers the positions (i·s −
 * p + u·d, j·s − p + v·d), 0 ≤ u, v &lt; k, with k taps, stride s, padding p and dilation d of each axis. Windows that
 * do not fit are left out.
 *
 * <p>Each of k, s, p and d is a pair ({@link Windows}).
 */
public final class PoolKernels {

    private PoolKernels() {}

    /** The first tap inside the map, of a window that starts at {@code start}. */
    public static int firstTap(int start, int dilation) {
        return (Math.max(-start, 0) + dilation - 1) / dilation;
    }

    /** The tap after the last one inside the map. */
    public static int stopTap(int start, int in, int taps, int dilation) {
        return Math.min(taps, (in - start + dilation - 1) / dilation);
    }

    /** The first window that reaches a position, if one does. */
    public static int firstWindow(int position, int taps, int stride, int padding, int dilation) {
        return Math.max(0, (position + padding - dilation * (taps - 1) + stride - 1) / stride);
    }

    /** The window after the last one that reaches a position. */
    public static int stopWindow(int position, int windows, int stride, int padding) {
        return Math.min(windows, (position + padding) / stride + 1);
    }

    /** 1 if v is the maximum, or if both are NaN. */
    private static int holds(float v, float max) {
        return v == max || Float.isNaN(v) ? 1 : 0;
    }

    /**
     * y[m, (i, j), c] = the maximum of x[m, ·, c] over the window at (i, j); NaN if the window holds one.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outputs, channels]
     * @param elementsEach channels per iteration
     */
    public static void maxPool(
            FloatArray x,
            FloatArray y,
            int maps,
            int height,
            int width,
            int channels,
            int taps,
            int stride,
            int padding,
            int dilation,
            int elementsEach) {
        int rows = Windows.outRows(height, taps, stride, padding, dilation);
        int cols = Windows.outCols(width, taps, stride, padding, dilation);
        int pieces = channels / elementsEach;
        int all = maps * rows * cols * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int top = r / cols % rows * Windows.rows(stride) - Windows.rows(padding);
            int left = r % cols * Windows.cols(stride) - Windows.cols(padding);
            int firstRow = firstTap(top, Windows.rows(dilation));
            int stopRow = stopTap(top, height, Windows.rows(taps), Windows.rows(dilation));
            int firstCol = firstTap(left, Windows.cols(dilation));
            int stopCol = stopTap(left, width, Windows.cols(taps), Windows.cols(dilation));
            int corner = (r / (rows * cols) * height + top) * width + left;
            for (int k = 0; k < elementsEach; k++) {
                int from = corner + firstRow * Windows.rows(dilation) * width + firstCol * Windows.cols(dilation);
                float max = x.get(from * channels + first + k);
                for (int u = firstRow; u < stopRow; u++) {
                    for (int v = firstCol; v < stopCol; v++) {
                        int at = corner + u * Windows.rows(dilation) * width + v * Windows.cols(dilation);
                        max = TornadoMath.max(max, x.get(at * channels + first + k));
                    }
                }
                y.set(r * channels + first + k, max);
            }
        }
    }

    /**
     * dx[m, p, c] = Σ dy over the windows whose maximum p holds, as the first in reading order among equals; or dx +=
     * that.
     *
     * @param x [maps, height·width, channels]
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
            int maps,
            int height,
            int width,
            int channels,
            int taps,
            int stride,
            int padding,
            int dilation,
            int accumulate,
            int elementsEach) {
        int rows = Windows.outRows(height, taps, stride, padding, dilation);
        int cols = Windows.outCols(width, taps, stride, padding, dilation);
        int pieces = channels / elementsEach;
        int all = maps * height * width * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int map = r / (height * width);
            int i = r / width % height;
            int j = r % width;
            int firstRow = firstWindow(
                    i, Windows.rows(taps), Windows.rows(stride), Windows.rows(padding), Windows.rows(dilation));
            int stopRow = stopWindow(i, rows, Windows.rows(stride), Windows.rows(padding));
            int firstCol = firstWindow(
                    j, Windows.cols(taps), Windows.cols(stride), Windows.cols(padding), Windows.cols(dilation));
            int stopCol = stopWindow(j, cols, Windows.cols(stride), Windows.cols(padding));
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                float v = x.get(r * channels + c);
                float g = 0f;
                for (int a = firstRow; a < stopRow; a++) {
                    for (int b = firstCol; b < stopCol; b++) {
                        int top = a * Windows.rows(stride) - Windows.rows(padding);
                        int left = b * Windows.cols(stride) - Windows.cols(padding);
                        int tap = (i - top) % Windows.rows(dilation) + (j - left) % Windows.cols(dilation);
                        int window = ((map * rows + a) * cols + b) * channels + c;
                        if (tap == 0 && holds(v, y.get(window)) == 1) {
                            // The taps before this one, in reading order.
                            int before = (i - top) / Windows.rows(dilation) * Windows.cols(taps)
                                    + (j - left) / Windows.cols(dilation);
                            int earlier = 0;
                            for (int t = 0; t < before; t++) {
                                int row = top + t / Windows.cols(taps) * Windows.rows(dilation);
                                int col = left + t % Windows.cols(taps) * Windows.cols(dilation);
                                if (row >= 0 && col >= 0 && col < width) {
                                    int at = ((map * height + row) * width + col) * channels + c;
                                    earlier += holds(x.get(at), y.get(window));
                                }
                            }
                            g += earlier == 0 ? dy.get(window) : 0f;
                        }
                    }
                }
                float before = accumulate == 1 ? dx.get(r * channels + c) : 0f;
                dx.set(r * channels + c, before + g);
            }
        }
    }

    /**
     * y[m, (i, j), c] = Σ x[m, ·, c] over the window at (i, j), divided by the taps of a window; padding counts as 0.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outputs, channels]
     * @param elementsEach channels per iteration
     */
    public static void averagePool(
            FloatArray x,
            FloatArray y,
            int maps,
            int height,
            int width,
            int channels,
            int taps,
            int stride,
            int padding,
            int elementsEach) {
        int rows = Windows.outRows(height, taps, stride, padding, Windows.ONES);
        int cols = Windows.outCols(width, taps, stride, padding, Windows.ONES);
        int pieces = channels / elementsEach;
        int all = maps * rows * cols * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int top = r / cols % rows * Windows.rows(stride) - Windows.rows(padding);
            int left = r % cols * Windows.cols(stride) - Windows.cols(padding);
            int firstRow = Math.max(top, 0);
            int stopRow = Math.min(top + Windows.rows(taps), height);
            int firstCol = Math.max(left, 0);
            int stopCol = Math.min(left + Windows.cols(taps), width);
            int map = r / (rows * cols) * height;
            for (int k = 0; k < elementsEach; k++) {
                float sum = 0f;
                for (int i = firstRow; i < stopRow; i++) {
                    for (int j = firstCol; j < stopCol; j++) {
                        sum += x.get(((map + i) * width + j) * channels + first + k);
                    }
                }
                y.set(r * channels + first + k, sum / (Windows.rows(taps) * Windows.cols(taps)));
            }
        }
    }

    /**
     * dx[m, p, c] = Σ dy over the windows that cover p, divided by the taps of a window; or dx += that.
     *
     * @param dy [maps, outputs, channels]
     * @param dx [maps, height·width, channels]
     * @param elementsEach channels per iteration
     */
    public static void averagePoolGradient(
            FloatArray dy,
            FloatArray dx,
            int maps,
            int height,
            int width,
            int channels,
            int taps,
            int stride,
            int padding,
            int accumulate,
            int elementsEach) {
        int rows = Windows.outRows(height, taps, stride, padding, Windows.ONES);
        int cols = Windows.outCols(width, taps, stride, padding, Windows.ONES);
        int pieces = channels / elementsEach;
        int all = maps * height * width * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int map = r / (height * width) * rows;
            int i = r / width % height;
            int j = r % width;
            int firstRow = firstWindow(i, Windows.rows(taps), Windows.rows(stride), Windows.rows(padding), 1);
            int stopRow = stopWindow(i, rows, Windows.rows(stride), Windows.rows(padding));
            int firstCol = firstWindow(j, Windows.cols(taps), Windows.cols(stride), Windows.cols(padding), 1);
            int stopCol = stopWindow(j, cols, Windows.cols(stride), Windows.cols(padding));
            for (int k = 0; k < elementsEach; k++) {
                float sum = 0f;
                for (int a = firstRow; a < stopRow; a++) {
                    for (int b = firstCol; b < stopCol; b++) {
                        sum += dy.get(((map + a) * cols + b) * channels + first + k);
                    }
                }
                float before = accumulate == 1 ? dx.get(r * channels + first + k) : 0f;
                dx.set(r * channels + first + k, before + sum / (Windows.rows(taps) * Windows.cols(taps)));
            }
        }
    }
}
