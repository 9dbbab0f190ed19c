package farsight.vector.image;

import static farsight.kernel.PoolKernels.firstWindow;
import static farsight.kernel.PoolKernels.stopWindow;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import farsight.kernel.Windows;
import farsight.vector.Lanes;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The gradient of max-pooling, window by window, in bands of rows of dx. A window that reaches two bands is visited in
 * both and writes in each the rows of that band, so bands may run at the same time.
 *
 * <p>Windows that tile the map write each position once. Others add to a band of zeros.
 *
 * @param taps a pair ({@link Windows}), as the others
 * @param add whether to add to what dx holds
 */
record MaxPoolBands(
        MemorySegment x,
        MemorySegment y,
        MemorySegment dy,
        MemorySegment dx,
        int height,
        int width,
        int channels,
        int taps,
        int stride,
        int padding,
        int dilation,
        boolean add) {

    /** A band of windows that overlap is this many windows tall, so that few are visited twice. */
    private static final int WINDOWS = 4;

    private boolean tiled() {
        return taps == stride
                && padding == 0
                && (Windows.rows(taps) == 1 || Windows.rows(dilation) == 1)
                && (Windows.cols(taps) == 1 || Windows.cols(dilation) == 1);
    }

    private int rows() {
        return Windows.outRows(height, taps, stride, padding, dilation);
    }

    private int cols() {
        return Windows.outCols(width, taps, stride, padding, dilation);
    }

    /** Rows per band: a multiple of the stride. */
    private int tall() {
        long line = Math.max(1, (long) width * channels);
        int reach = Windows.rows(dilation) * (Windows.rows(taps) - 1) + 1;
        long least = Math.max(tiled() ? 1 : (long) WINDOWS * reach, PoolVector.GRAIN / line);
        long all = Math.min(height, least);
        return Math.toIntExact(Math.ceilDiv(all, Windows.rows(stride)) * Windows.rows(stride));
    }

    /** Bands per map. */
    int count() {
        return Math.ceilDiv(height, tall());
    }

    /** Bands per range. */
    long grain() {
        return Math.max(1, PoolVector.GRAIN / Math.max(1, (long) Math.min(height, tall()) * width * channels));
    }

    /** One band of one map. */
    void run(long map, int band) {
        int first = band * tall();
        int stop = Math.min(height, first + tall());
        long line = (long) width * channels;
        long origin = map * height * line;
        int rows = rows();
        int cols = cols();
        boolean tiled = tiled();
        if (!add && !tiled) {
            clear(origin + first * line, (stop - first) * line);
        }
        int begin = firstWindow(
                first, Windows.rows(taps), Windows.rows(stride), Windows.rows(padding), Windows.rows(dilation));
        int end = stopWindow(stop - 1, rows, Windows.rows(stride), Windows.rows(padding));
        for (int i = begin; i < end; i++) {
            int top = i * Windows.rows(stride) - Windows.rows(padding);
            long window = (map * rows + i) * cols * channels;
            for (int j = 0; j < cols; j++) {
                int left = j * Windows.cols(stride) - Windows.cols(padding);
                long from = window + (long) j * channels;
                if (tiled) {
                    tile(origin + top * line + (long) left * channels, from);
                } else {
                    spread(origin, top, left, first, stop, from);
                }
            }
            if (!add && tiled) {
                for (int u = top; u < top + Windows.rows(taps); u++) {
                    int covered = cols * Windows.cols(stride);
                    clear(origin + u * line + (long) covered * channels, (long) (width - covered) * channels);
                }
            }
        }
        if (!add && tiled) {
            int covered = Math.max(first, end * Windows.rows(stride));
            clear(origin + covered * line, Math.max(0, stop - covered) * line);
        }
    }

    private void clear(long at, long length) {
        dx.asSlice(at << 2, length << 2).fill((byte) 0);
    }

    /** One window of a tiling, with its upper left position at {@code at}. */
    private void tile(long at, long from) {
        int wide = Windows.cols(taps);
        int places = Windows.rows(taps) * wide;
        long down = (long) (width - wide) * channels;
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
            VectorMask<Float> before = SPECIES.indexInRange(c, add ? channels : c);
            FloatVector max = fromMemorySegment(SPECIES, y, bytes(from + c), ORDER, mask);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(from + c), ORDER, mask);
            VectorMask<Float> open = mask;
            long position = at + c;
            int stop = wide;
            for (int place = 0; place < places; place++) {
                if (place == stop) {
                    position += down;
                    stop += wide;
                }
                long there = bytes(position);
                FloatVector value = fromMemorySegment(SPECIES, x, there, ORDER, mask);
                VectorMask<Float> here = value.compare(VectorOperators.EQ, max).or(value.test(VectorOperators.IS_NAN));
                fromMemorySegment(SPECIES, dx, there, ORDER, before)
                        .add(zero(SPECIES).blend(g, here.and(open)))
                        .intoMemorySegment(dx, there, ORDER, mask);
                open = open.andNot(here);
                position += channels;
            }
        }
    }

    /** One window of others: its gradient goes to the first maximum, if that lies in rows first … stop − 1. */
    private void spread(long origin, int top, int left, int first, int stop, long from) {
        int down = Windows.rows(dilation);
        int across = Windows.cols(dilation);
        int tall = top + Windows.rows(taps) * down;
        int wide = Math.min(width, left + Windows.cols(taps) * across);
        int upper = top + firstInside(top, down);
        int outer = left + firstInside(left, across);
        int lower = Math.min(height, tall);
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
            FloatVector max = fromMemorySegment(SPECIES, y, bytes(from + c), ORDER, mask);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(from + c), ORDER, mask);
            VectorMask<Float> open = mask;
            for (int u = upper; u < lower; u += down) {
                VectorMask<Float> written = u >= first && u < stop ? mask : SPECIES.indexInRange(c, c);
                for (int v = outer; v < wide; v += across) {
                    long there = bytes(origin + ((long) u * width + v) * channels + c);
                    FloatVector value = fromMemorySegment(SPECIES, x, there, ORDER, mask);
                    VectorMask<Float> here =
                            value.compare(VectorOperators.EQ, max).or(value.test(VectorOperators.IS_NAN));
                    fromMemorySegment(SPECIES, dx, there, ORDER, written)
                            .add(zero(SPECIES).blend(g, here.and(open)))
                            .intoMemorySegment(dx, there, ORDER, written);
                    open = open.andNot(here);
                }
            }
        }
    }

    /** Distance from a window's start to its first position inside the map. */
    private static int firstInside(int start, int dilation) {
        return Math.ceilDiv(Math.max(-start, 0), dilation) * dilation;
    }
}
