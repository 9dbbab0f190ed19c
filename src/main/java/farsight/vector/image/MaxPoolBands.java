package farsight.vector.image;

import static farsight.kernel.PoolKernels.firstWindow;
import static farsight.kernel.PoolKernels.ofCols;
import static farsight.kernel.PoolKernels.ofRows;
import static farsight.kernel.PoolKernels.stopWindow;
import static farsight.kernel.PoolKernels.windows;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

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
 * @param taps a pair, as the others ({@code farsight.kernel.PoolKernels})
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
                && (ofRows(taps) == 1 || ofRows(dilation) == 1)
                && (ofCols(taps) == 1 || ofCols(dilation) == 1);
    }

    private int rows() {
        return windows(height, ofRows(taps), ofRows(stride), ofRows(padding), ofRows(dilation));
    }

    private int cols() {
        return windows(width, ofCols(taps), ofCols(stride), ofCols(padding), ofCols(dilation));
    }

    /** Rows per band: a multiple of the stride. */
    private int tall() {
        long line = Math.max(1, (long) width * channels);
        int reach = ofRows(dilation) * (ofRows(taps) - 1) + 1;
        long least = Math.max(tiled() ? 1 : (long) WINDOWS * reach, PoolVector.GRAIN / line);
        long all = Math.min(height, least);
        return Math.toIntExact(Math.ceilDiv(all, ofRows(stride)) * ofRows(stride));
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
        int begin = firstWindow(first, ofRows(taps), ofRows(stride), ofRows(padding), ofRows(dilation));
        int end = stopWindow(stop - 1, rows, ofRows(stride), ofRows(padding));
        for (int i = begin; i < end; i++) {
            int top = i * ofRows(stride) - ofRows(padding);
            long window = (map * rows + i) * cols * channels;
            for (int j = 0; j < cols; j++) {
                int left = j * ofCols(stride) - ofCols(padding);
                long from = window + (long) j * channels;
                if (tiled) {
                    tile(origin + top * line + (long) left * channels, from);
                } else {
                    spread(origin, top, left, first, stop, from);
                }
            }
            if (!add && tiled) {
                for (int u = top; u < top + ofRows(taps); u++) {
                    int covered = cols * ofCols(stride);
                    clear(origin + u * line + (long) covered * channels, (long) (width - covered) * channels);
                }
            }
        }
        if (!add && tiled) {
            int covered = Math.max(first, end * ofRows(stride));
            clear(origin + covered * line, Math.max(0, stop - covered) * line);
        }
    }

    private void clear(long at, long length) {
        dx.asSlice(at << 2, length << 2).fill((byte) 0);
    }

    /** One window of a tiling, with its upper left position at {@code at}. */
    private void tile(long at, long from) {
        int wide = ofCols(taps);
        int places = ofRows(taps) * wide;
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
        int down = ofRows(dilation);
        int across = ofCols(dilation);
        int tall = top + ofRows(taps) * down;
        int wide = Math.min(width, left + ofCols(taps) * across);
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
