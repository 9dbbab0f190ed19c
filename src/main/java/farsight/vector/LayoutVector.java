package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.Transposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Moves that change where a number lies: {@code farsight.kernel.LayoutKernels} by the Vector API. */
public final class LayoutVector {

    /** Floats a range of rows. */
    private static final int GRAIN = 1 << 14;

    /** Tiles along the rows of x that one task takes. */
    private static final int TILES = 64;

    private LayoutVector() {}

    /**
     * y[b, j, i] = x[b, i, j], or y += that.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, cols, rows]
     */
    public static void transposed(
            FloatArray x, FloatArray y, int batch, int rows, int cols, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        int down = (rows + SIDE - 1) / SIDE;
        int across = (cols + SIDE - 1) / SIDE;
        workers.forEach((long) batch * down * across, TILES, (from, to) -> {
            float[] tile = Scratch.get().tile();
            for (long n = from; n < to; n++) {
                int j = (int) (n % across) * SIDE;
                int i = (int) (n / across % down) * SIDE;
                long matrix = n / across / down * rows * cols;
                int height = Math.min(SIDE, rows - i);
                int width = Math.min(SIDE, cols - j);
                long inX = matrix + (long) i * cols + j;
                long inY = matrix + (long) j * rows + i;
                Transposition.read(xs, inX, cols, height, width, tile);
                write(tile, ys, inY, rows, width, height, add);
            }
        });
    }

    private static void write(float[] tile, MemorySegment y, long at, long stride, int rows, int cols, boolean add) {
        if (cols == SIDE) {
            for (int i = 0; i < rows; i++) {
                Lanes.store(fromArray(SPECIES, tile, i * SIDE), y, at + i * stride, add);
            }
        } else {
            VectorMask<Float> mask = Lanes.tail(cols);
            VectorMask<Float> before = Lanes.tail(add ? cols : 0);
            for (int i = 0; i < rows; i++) {
                long to = bytes(at + i * stride);
                fromArray(SPECIES, tile, i * SIDE)
                        .add(fromMemorySegment(SPECIES, y, to, ORDER, before))
                        .intoMemorySegment(y, to, ORDER, mask);
            }
        }
    }

    /**
     * y[i, yOffset + j] = x[i, xOffset + j] for j &lt; cols, or += that.
     *
     * @param x [rows, xCols]
     * @param y [rows, yCols]
     */
    public static void copyColumns(
            FloatArray x,
            FloatArray y,
            int rows,
            int cols,
            int xCols,
            int xOffset,
            int yCols,
            int yOffset,
            int accumulate,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                copy(xs, row * xCols + xOffset, ys, row * yCols + yOffset, cols, add);
            }
        });
    }

    private static void copy(MemorySegment x, long from, MemorySegment y, long to, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(fromMemorySegment(SPECIES, x, bytes(from + j), ORDER), y, to + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            fromMemorySegment(SPECIES, x, bytes(from + whole), ORDER, tail)
                    .add(fromMemorySegment(SPECIES, y, bytes(to + whole), ORDER, before))
                    .intoMemorySegment(y, bytes(to + whole), ORDER, tail);
        }
    }
}
