package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** 2×2 max-pooling: {@code farsight.kernel.PoolKernels} by the Vector API, along the channels. */
public final class PoolVector {

    /** Floats a range of rows of the grid. */
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
        int rows = height / 2;
        int cols = width / 2;
        long down = (long) width * channels;
        workers.forEach((long) batch * rows, grain(width, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                long top = (row / rows * height + row % rows * 2) * down;
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
        int whole = (int) Lanes.whole(length);
        for (int c = 0; c < whole; c += Lanes.COUNT) {
            FloatVector top = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + c), Lanes.ORDER)
                    .max(FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + length + c), Lanes.ORDER));
            FloatVector bottom = FloatVector.fromMemorySegment(
                            Lanes.SPECIES, x, Lanes.bytes(at + down + c), Lanes.ORDER)
                    .max(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, x, Lanes.bytes(at + down + length + c), Lanes.ORDER));
            top.max(bottom).intoMemorySegment(y, Lanes.bytes(to + c), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = at + whole;
            FloatVector top = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(end), Lanes.ORDER, tail)
                    .max(FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(end + length), Lanes.ORDER, tail));
            FloatVector bottom = FloatVector.fromMemorySegment(
                            Lanes.SPECIES, x, Lanes.bytes(end + down), Lanes.ORDER, tail)
                    .max(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, x, Lanes.bytes(end + down + length), Lanes.ORDER, tail));
            top.max(bottom).intoMemorySegment(y, Lanes.bytes(to + whole), Lanes.ORDER, tail);
        }
    }

    /**
     * dx[b, p, c] = dy of p's window where p holds its maximum (the first in reading order among equals), else 0; or dx
     * += that.
     *
     * @param x [batch, height·width, channels]
     * @param y what {@link #maxPool} gave
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
        Windows windows =
                new Windows(x.getSegment(), y.getSegment(), dy.getSegment(), dxs, (long) width * channels, channels);
        boolean add = accumulate == 1;
        int rows = height / 2;
        int cols = width / 2;
        // An odd last row is a pair of its own, without windows.
        int pairs = (height + 1) / 2;
        workers.forEach((long) batch * pairs, grain(width, channels), (from, to) -> {
            for (long pair = from; pair < to; pair++) {
                long b = pair / pairs;
                int i = (int) (pair % pairs);
                long top = (b * height + 2L * i) * width * channels;
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
                    leftOut(dxs, last + (long) width * channels, channels, add);
                }
            }
        });
    }

    /** Positions that no window covers get no gradient. */
    private static void leftOut(MemorySegment dx, long at, long length, boolean add) {
        if (!add) {
            dx.asSlice(at << 2, length << 2).fill((byte) 0);
        }
    }

    /**
     * The gradient by windows.
     *
     * @param down floats from one row of the grid to the next
     */
    private record Windows(
            MemorySegment x, MemorySegment y, MemorySegment dy, MemorySegment dx, long down, int channels) {

        /** One window, its upper left position at {@code at} and its result at {@code from}. */
        void spread(long at, long from, boolean add) {
            int whole = (int) Lanes.whole(channels);
            for (int c = 0; c < whole; c += Lanes.COUNT) {
                spread(
                        at + c,
                        FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(from + c), Lanes.ORDER),
                        FloatVector.fromMemorySegment(Lanes.SPECIES, dy, Lanes.bytes(from + c), Lanes.ORDER),
                        add);
            }
            if (whole < channels) {
                VectorMask<Float> tail = Lanes.tail(channels);
                long end = at + whole;
                spread(
                        end,
                        FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(from + whole), Lanes.ORDER, tail),
                        FloatVector.fromMemorySegment(Lanes.SPECIES, dy, Lanes.bytes(from + whole), Lanes.ORDER, tail),
                        add,
                        tail);
            }
        }

        private void spread(long at, FloatVector max, FloatVector g, boolean add) {
            VectorMask<Float> open = Lanes.SPECIES.maskAll(true);
            open = give(at, max, g, add, open);
            open = give(at + channels, max, g, add, open);
            open = give(at + down, max, g, add, open);
            give(at + down + channels, max, g, add, open);
        }

        /** Gives g to the position where it holds the maximum and no earlier one did; which lanes are still open. */
        private VectorMask<Float> give(long at, FloatVector max, FloatVector g, boolean add, VectorMask<Float> open) {
            VectorMask<Float> here = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at), Lanes.ORDER)
                    .compare(VectorOperators.EQ, max);
            Lanes.store(Lanes.zero().blend(g, here.and(open)), dx, at, add);
            return open.andNot(here);
        }

        private void spread(long at, FloatVector max, FloatVector g, boolean add, VectorMask<Float> tail) {
            VectorMask<Float> open = tail;
            open = give(at, max, g, add, open, tail);
            open = give(at + channels, max, g, add, open, tail);
            open = give(at + down, max, g, add, open, tail);
            give(at + down + channels, max, g, add, open, tail);
        }

        private VectorMask<Float> give(
                long at, FloatVector max, FloatVector g, boolean add, VectorMask<Float> open, VectorMask<Float> tail) {
            VectorMask<Float> here = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at), Lanes.ORDER, tail)
                    .compare(VectorOperators.EQ, max);
            Lanes.store(Lanes.zero().blend(g, here.and(open)), dx, at, add, tail);
            return open.andNot(here);
        }
    }
}
