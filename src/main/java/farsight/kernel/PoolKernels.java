package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Pooling by windows over maps of H×W positions, as in PyTorch. The window at output (i, j) covers the positions (i·s −
 * p + u·d, j·s − p + v·d), 0 ≤ u, v &lt; k, with k taps, stride s, padding p and dilation d of each axis. Windows that
 * do not fit are left out.
 *
 * <p>A kernel has few parameters, so each of k, s, p and d is a pair in one number: {@code rows·2¹⁶ + columns}.
 */
public final class PoolKernels {

    private PoolKernels() {}

    /** A pair's number of the vertical axis. */
    public static int ofRows(int pair) {
        return pair >> 16;
    }

    /** A pair's number of the horizontal axis. */
    public static int ofCols(int pair) {
        return pair & 0xffff;
    }

    /** Number of windows along an axis. */
    public static int windows(int in, int taps, int stride, int padding, int dilation) {
        return (in + 2 * padding - dilation * (taps - 1) - 1) / stride + 1;
    }

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
        int rows = windows(height, ofRows(taps), ofRows(stride), ofRows(padding), ofRows(dilation));
        int cols = windows(width, ofCols(taps), ofCols(stride), ofCols(padding), ofCols(dilation));
        int pieces = channels / elementsEach;
        int all = maps * rows * cols * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int top = r / cols % rows * ofRows(stride) - ofRows(padding);
            int left = r % cols * ofCols(stride) - ofCols(padding);
            int firstRow = firstTap(top, ofRows(dilation));
            int stopRow = stopTap(top, height, ofRows(taps), ofRows(dilation));
            int firstCol = firstTap(left, ofCols(dilation));
            int stopCol = stopTap(left, width, ofCols(taps), ofCols(dilation));
            int corner = (r / (rows * cols) * height + top) * width + left;
            for (int k = 0; k < elementsEach; k++) {
                int from = corner + firstRow * ofRows(dilation) * width + firstCol * ofCols(dilation);
                float max = x.get(from * channels + first + k);
                for (int u = firstRow; u < stopRow; u++) {
                    for (int v = firstCol; v < stopCol; v++) {
                        int at = corner + u * ofRows(dilation) * width + v * ofCols(dilation);
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
        int rows = windows(height, ofRows(taps), ofRows(stride), ofRows(padding), ofRows(dilation));
        int cols = windows(width, ofCols(taps), ofCols(stride), ofCols(padding), ofCols(dilation));
        int pieces = channels / elementsEach;
        int all = maps * height * width * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int map = r / (height * width);
            int i = r / width % height;
            int j = r % width;
            int firstRow = firstWindow(i, ofRows(taps), ofRows(stride), ofRows(padding), ofRows(dilation));
            int stopRow = stopWindow(i, rows, ofRows(stride), ofRows(padding));
            int firstCol = firstWindow(j, ofCols(taps), ofCols(stride), ofCols(padding), ofCols(dilation));
            int stopCol = stopWindow(j, cols, ofCols(stride), ofCols(padding));
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                float v = x.get(r * channels + c);
                float g = 0f;
                for (int a = firstRow; a < stopRow; a++) {
                    for (int b = firstCol; b < stopCol; b++) {
                        int top = a * ofRows(stride) - ofRows(padding);
                        int left = b * ofCols(stride) - ofCols(padding);
                        int tap = (i - top) % ofRows(dilation) + (j - left) % ofCols(dilation);
                        int window = ((map * rows + a) * cols + b) * channels + c;
                        if (tap == 0 && holds(v, y.get(window)) == 1) {
                            // The taps before this one, in reading order.
                            int before = (i - top) / ofRows(dilation) * ofCols(taps) + (j - left) / ofCols(dilation);
                            int earlier = 0;
                            for (int t = 0; t < before; t++) {
                                int row = top + t / ofCols(taps) * ofRows(dilation);
                                int col = left + t % ofCols(taps) * ofCols(dilation);
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
        int rows = windows(height, ofRows(taps), ofRows(stride), ofRows(padding), 1);
        int cols = windows(width, ofCols(taps), ofCols(stride), ofCols(padding), 1);
        int pieces = channels / elementsEach;
        int all = maps * rows * cols * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int top = r / cols % rows * ofRows(stride) - ofRows(padding);
            int left = r % cols * ofCols(stride) - ofCols(padding);
            int firstRow = Math.max(top, 0);
            int stopRow = Math.min(top + ofRows(taps), height);
            int firstCol = Math.max(left, 0);
            int stopCol = Math.min(left + ofCols(taps), width);
            int map = r / (rows * cols) * height;
            for (int k = 0; k < elementsEach; k++) {
                float sum = 0f;
                for (int i = firstRow; i < stopRow; i++) {
                    for (int j = firstCol; j < stopCol; j++) {
                        sum += x.get(((map + i) * width + j) * channels + first + k);
                    }
                }
                y.set(r * channels + first + k, sum / (ofRows(taps) * ofCols(taps)));
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
        int rows = windows(height, ofRows(taps), ofRows(stride), ofRows(padding), 1);
        int cols = windows(width, ofCols(taps), ofCols(stride), ofCols(padding), 1);
        int pieces = channels / elementsEach;
        int all = maps * height * width * pieces;
        for (@Parallel int p = 0; p < all; p++) {
            int r = p / pieces;
            int first = p % pieces * elementsEach;
            int map = r / (height * width) * rows;
            int i = r / width % height;
            int j = r % width;
            int firstRow = firstWindow(i, ofRows(taps), ofRows(stride), ofRows(padding), 1);
            int stopRow = stopWindow(i, rows, ofRows(stride), ofRows(padding));
            int firstCol = firstWindow(j, ofCols(taps), ofCols(stride), ofCols(padding), 1);
            int stopCol = stopWindow(j, cols, ofCols(stride), ofCols(padding));
            for (int k = 0; k < elementsEach; k++) {
                float sum = 0f;
                for (int a = firstRow; a < stopRow; a++) {
                    for (int b = firstCol; b < stopCol; b++) {
                        sum += dy.get(((map + a) * cols + b) * channels + first + k);
                    }
                }
                float before = accumulate == 1 ? dx.get(r * channels + first + k) : 0f;
                dx.set(r * channels + first + k, before + sum / (ofRows(taps) * ofCols(taps)));
            }
        }
    }
}
