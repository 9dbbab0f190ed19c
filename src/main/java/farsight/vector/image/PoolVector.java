package farsight.vector.image;

import static farsight.kernel.PoolKernels.firstTap;
import static farsight.kernel.PoolKernels.firstWindow;
import static farsight.kernel.PoolKernels.stopTap;
import static farsight.kernel.PoolKernels.stopWindow;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.kernel.Windows;
import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Pooling, {@code farsight.kernel.PoolKernels}, by the Vector API, along the channels. */
public final class PoolVector {

    /** Floats per range of grid rows. */
    static final int GRAIN = 1 << 14;

    private PoolVector() {}

    /**
     * y[m, (i, j), c] = the maximum of x[m, ·, c] over the window at (i, j); NaN if the window holds one.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outputs, channels]
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
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        int rows = Windows.outRows(height, taps, stride, padding, dilation);
        int cols = Windows.outCols(width, taps, stride, padding, dilation);
        long down = (long) Windows.rows(dilation) * width * channels;
        long across = (long) Windows.cols(dilation) * channels;
        workers.forEach((long) maps * rows, grain(Windows.rows(stride), width, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                int top = (int) (row % rows) * Windows.rows(stride) - Windows.rows(padding);
                int u = firstTap(top, Windows.rows(dilation));
                int tall = stopTap(top, height, Windows.rows(taps), Windows.rows(dilation)) - u;
                long line = (row / rows * height + top) * width * channels + u * down;
                for (int j = 0; j < cols; j++) {
                    int left = j * Windows.cols(stride) - Windows.cols(padding);
                    int v = firstTap(left, Windows.cols(dilation));
                    int wide = stopTap(left, width, Windows.cols(taps), Windows.cols(dilation)) - v;
                    long at = line + (long) left * channels + v * across;
                    greatest(xs, at, down, tall, across, wide, ys, (row * cols + j) * channels, channels);
                }
            }
        });
    }

    /** Rows of windows per range. */
    private static long grain(int stride, int width, int channels) {
        return Math.max(1, GRAIN / Math.max(1, (long) stride * width * channels));
    }

    private static void greatest(
            MemorySegment x,
            long at,
            long down,
            int tall,
            long across,
            int wide,
            MemorySegment y,
            long to,
            int length) {
        for (int c = 0; c < length; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, length);
            FloatVector max = Lanes.broadcast(Float.NEGATIVE_INFINITY);
            for (int u = 0; u < tall; u++) {
                for (int v = 0; v < wide; v++) {
                    long there = at + u * down + v * across + c;
                    max = max.max(fromMemorySegment(SPECIES, x, bytes(there), ORDER, mask));
                }
            }
            max.intoMemorySegment(y, bytes(to + c), ORDER, mask);
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
            Workers workers) {
        MaxPoolBands bands = new MaxPoolBands(
                x.getSegment(),
                y.getSegment(),
                dy.getSegment(),
                dx.getSegment(),
                height,
                width,
                channels,
                taps,
                stride,
                padding,
                dilation,
                accumulate == 1);
        workers.forEach((long) maps * bands.count(), bands.grain(), (from, to) -> {
            for (long i = from; i < to; i++) {
                bands.run(i / bands.count(), (int) (i % bands.count()));
            }
        });
    }

    /**
     * y[m, (i, j), c] = Σ x[m, ·, c] over the window at (i, j), divided by the taps of a window; padding counts as 0.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outputs, channels]
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
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        int rows = Windows.outRows(height, taps, stride, padding, Windows.ONES);
        int cols = Windows.outCols(width, taps, stride, padding, Windows.ONES);
        long line = (long) width * channels;
        float each = 1f / ((float) Windows.rows(taps) * Windows.cols(taps));
        workers.forEach((long) maps * rows, grain(Windows.rows(stride), width, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                int top = (int) (row % rows) * Windows.rows(stride) - Windows.rows(padding);
                int first = Math.max(top, 0);
                int tall = Math.min(top + Windows.rows(taps), height) - first;
                for (int j = 0; j < cols; j++) {
                    int start = j * Windows.cols(stride) - Windows.cols(padding);
                    int left = Math.max(start, 0);
                    int wide = Math.min(start + Windows.cols(taps), width) - left;
                    long at = (row / rows * height + first) * line + (long) left * channels;
                    mean(xs, at, line, tall, wide, each, ys, (row * cols + j) * channels, channels, false);
                }
            }
        });
    }

    /** y = each·Σ x over a rectangle of positions, or y += that. */
    private static void mean(
            MemorySegment x,
            long at,
            long down,
            int tall,
            int wide,
            float each,
            MemorySegment y,
            long to,
            int length,
            boolean add) {
        for (int c = 0; c < length; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, length);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int u = 0; u < tall; u++) {
                for (int v = 0; v < wide; v++) {
                    long there = at + u * down + (long) v * length + c;
                    sum = sum.add(fromMemorySegment(SPECIES, x, bytes(there), ORDER, mask));
                }
            }
            Lanes.store(sum.mul(each), y, to + c, add, mask);
        }
    }

    /**
     * dx[m, p, c] = Σ dy over the windows that cover p, divided by the taps of a window; or dx += that.
     *
     * @param dy [maps, outputs, channels]
     * @param dx [maps, height·width, channels]
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
            Workers workers) {
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        int rows = Windows.outRows(height, taps, stride, padding, Windows.ONES);
        int cols = Windows.outCols(width, taps, stride, padding, Windows.ONES);
        long line = (long) cols * channels;
        float each = 1f / ((float) Windows.rows(taps) * Windows.cols(taps));
        boolean add = accumulate == 1;
        workers.forEach((long) maps * height, grain(1, width, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                int i = (int) (row % height);
                int first = firstWindow(i, Windows.rows(taps), Windows.rows(stride), Windows.rows(padding), 1);
                int tall = stopWindow(i, rows, Windows.rows(stride), Windows.rows(padding)) - first;
                for (int j = 0; j < width; j++) {
                    int left = firstWindow(j, Windows.cols(taps), Windows.cols(stride), Windows.cols(padding), 1);
                    int wide = stopWindow(j, cols, Windows.cols(stride), Windows.cols(padding)) - left;
                    long at = (row / height * rows + first) * line + (long) left * channels;
                    mean(dys, at, line, tall, wide, each, dxs, (row * width + j) * channels, channels, add);
                }
            }
        });
    }
}
