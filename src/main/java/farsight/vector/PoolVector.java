package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Max-pooling, {@code farsight.kernel.PoolKernels}, by the Vector API, along the channels. */
public final class PoolVector {

    /** Floats per range of grid rows. */
    private static final int GRAIN = 1 << 14;

    private PoolVector() {}

    /**
     * y[b, (i, j), c] = max of x[b, (2i+u, 2j+v), c] over u, v in {0, 1}.
     *
     * @param x [batch, height·width, channels]
     * @param y [batch, ⌊height/2⌋·⌊width/2⌋, channels]
     */
    public static void maxPool(
            FloatArray x, FloatArray y, int batch, int height, int width, int channels, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        int tall = Math.min(2, height);
        int rows = height / tall;
        int cols = width / 2;
        long line = (long) width * channels;
        // In a window of one row, both rows are that row.
        long down = (tall - 1) * line;
        workers.forEach((long) batch * rows, grain(width, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                long top = (row / rows * height + row % rows * tall) * line;
                for (int j = 0; j < cols; j++) {
                    greatest(xs, top + 2L * j * channels, down, ys, (row * cols + j) * channels, channels);
                }
            }
        });
    }

    private static long grain(int width, int channels) {
        return Math.max(1, GRAIN / Math.max(1, 2L * width * channels));
    }

    private static void greatest(MemorySegment x, long at, long down, MemorySegment y, long to, int length) {
        for (int c = 0; c < length; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, length);
            long top = at + c;
            long bottom = top + down;
            FloatVector left = fromMemorySegment(SPECIES, x, bytes(top), ORDER, mask);
            FloatVector right = fromMemorySegment(SPECIES, x, bytes(top + length), ORDER, mask);
            FloatVector lowLeft = fromMemorySegment(SPECIES, x, bytes(bottom), ORDER, mask);
            FloatVector lowRight = fromMemorySegment(SPECIES, x, bytes(bottom + length), ORDER, mask);
            left.max(right).max(lowLeft.max(lowRight)).intoMemorySegment(y, bytes(to + c), ORDER, mask);
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
            Workers workers) {
        MemorySegment dxs = dx.getSegment();
        int tall = Math.min(2, height);
        Windows windows = new Windows(
                x.getSegment(), y.getSegment(), dy.getSegment(), dxs, (long) width * channels, channels, 2 * tall);
        boolean add = accumulate == 1;
        int rows = height / tall;
        int cols = width / 2;
        // An odd last row counts as a pair without windows.
        int pairs = (height + tall - 1) / tall;
        workers.forEach((long) batch * pairs, grain(width, channels), (from, to) -> {
            for (long pair = from; pair < to; pair++) {
                long b = pair / pairs;
                int i = (int) (pair % pairs);
                long top = (b * height + (long) tall * i) * width * channels;
                if (i == rows) {
                    leftOut(dxs, top, (long) width * channels, add);
                    continue;
                }
                for (int j = 0; j < cols; j++) {
                    windows.spread(top + 2L * j * channels, ((b * rows + i) * cols + j) * channels, add);
                }
                if (2 * cols < width) {
                    long last = top + 2L * cols * channels;
                    leftOut(dxs, last, channels, add);
                    leftOut(dxs, last + (tall - 1L) * width * channels, channels, add);
                }
            }
        });
    }

    /** Writes the gradient 0 of positions that no window covers. */
    private static void leftOut(MemorySegment dx, long at, long length, boolean add) {
        if (!add) {
            dx.asSlice(at << 2, length << 2).fill((byte) 0);
        }
    }

    /**
     * The gradient, window by window.
     *
     * @param down floats from one row of the grid to the next
     * @param places positions per window
     */
    private record Windows(
            MemorySegment x, MemorySegment y, MemorySegment dy, MemorySegment dx, long down, int channels, int places) {

        /** One window with its upper left position at {@code at} and its result at {@code from}. */
        void spread(long at, long from, boolean add) {
            for (int c = 0; c < channels; c += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
                VectorMask<Float> before = SPECIES.indexInRange(c, add ? channels : c);
                FloatVector max = fromMemorySegment(SPECIES, y, bytes(from + c), ORDER, mask);
                FloatVector g = fromMemorySegment(SPECIES, dy, bytes(from + c), ORDER, mask);
                VectorMask<Float> open = mask;
                for (int place = 0; place < places; place++) {
                    long there = bytes(at + c + (place & 1L) * channels + (place >> 1) * down);
                    FloatVector v = fromMemorySegment(SPECIES, x, there, ORDER, mask);
                    VectorMask<Float> here = v.compare(VectorOperators.EQ, max).or(v.test(VectorOperators.IS_NAN));
                    fromMemorySegment(SPECIES, dx, there, ORDER, before)
                            .add(zero(SPECIES).blend(g, here.and(open)))
                            .intoMemorySegment(dx, there, ORDER, mask);
                    open = open.andNot(here);
                }
            }
        }
    }
}
