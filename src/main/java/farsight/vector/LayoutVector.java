package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.TileTransposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Moves of numbers: {@code farsight.kernel.LayoutKernels} by the Vector API. */
public final class LayoutVector {

    /** Floats per range of rows. */
    private static final int GRAIN = 1 << 14;

    /** Rows and columns transposed at once: a few whole cache lines of each. */
    private static final int BLOCK = 4 * SIDE;

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
        int down = (int) ((rows + BLOCK - 1L) / BLOCK);
        int across = (int) ((cols + BLOCK - 1L) / BLOCK);
        int work = Math.min(BLOCK, rows) * Math.min(BLOCK, cols);
        workers.forEach((long) batch * down * across, Math.max(1, GRAIN / Math.max(1, work)), (from, to) -> {
            float[] block = Scratch.get().heap(BLOCK * BLOCK);
            for (long n = from; n < to; n++) {
                int j = (int) (n % across) * BLOCK;
                int i = (int) (n / across % down) * BLOCK;
                long matrix = n / across / down * rows * cols;
                int height = Math.min(BLOCK, rows - i);
                int width = Math.min(BLOCK, cols - j);
                read(xs, matrix + (long) i * cols + j, cols, height, width, block);
                for (int tileI = 0; tileI < height; tileI += SIDE) {
                    for (int tileJ = 0; tileJ < width; tileJ += SIDE) {
                        TileTransposition.transpose(block, inBlock(tileI, tileJ));
                    }
                }
                write(block, ys, matrix + (long) j * rows + i, rows, width, height, add);
            }
        });
    }

    /** Index of element (i, j) in a block stored tile by tile; i and j count from the block's corner. */
    private static int inBlock(int i, int j) {
        return (i / SIDE * BLOCK + j) * SIDE + i % SIDE * SIDE;
    }

    private static void read(MemorySegment x, long at, long stride, int height, int width, float[] block) {
        int whole = (int) Lanes.whole(width);
        VectorMask<Float> tail = Lanes.tail(width);
        for (int i = 0; i < height; i++) {
            long row = at + i * stride;
            for (int j = 0; j < whole; j += SIDE) {
                fromMemorySegment(SPECIES, x, bytes(row + j), ORDER).intoArray(block, inBlock(i, j));
            }
            if (whole < width) {
                fromMemorySegment(SPECIES, x, bytes(row + whole), ORDER, tail).intoArray(block, inBlock(i, whole));
            }
        }
    }

    /** Writes the transposed block: row j of y runs down a column of its transposed tiles. */
    private static void write(
            float[] block, MemorySegment y, long at, long stride, int height, int width, boolean add) {
        int whole = (int) Lanes.whole(width);
        VectorMask<Float> tail = Lanes.tail(width);
        VectorMask<Float> before = Lanes.tail(add ? width : 0);
        for (int j = 0; j < height; j++) {
            long row = at + j * stride;
            int column = j / SIDE * SIDE;
            for (int i = 0; i < whole; i += SIDE) {
                Lanes.store(fromArray(SPECIES, block, inBlock(i, column) + j % SIDE * SIDE), y, row + i, add);
            }
            if (whole < width) {
                long end = bytes(row + whole);
                fromArray(SPECIES, block, inBlock(whole, column) + j % SIDE * SIDE)
                        .add(fromMemorySegment(SPECIES, y, end, ORDER, before))
                        .intoMemorySegment(y, end, ORDER, tail);
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
