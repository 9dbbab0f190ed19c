package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Moves that change where a number lies: {@code farsight.kernel.LayoutKernels} by the Vector API. */
public final class LayoutVector {

    /** Floats a range of rows. */
    private static final int GRAIN = 1 << 14;

    /** A tile of the transposition is so many floats high and wide: both sides are whole cache lines. */
    private static final int TILE = 16;

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
        int down = (rows + TILE - 1) / TILE;
        int across = (cols + TILE - 1) / TILE;
        workers.forEach((long) batch * down * across, TILES, (from, to) -> {
            for (long tile = from; tile < to; tile++) {
                int j = (int) (tile % across) * TILE;
                int i = (int) (tile / across % down) * TILE;
                long matrix = tile / across / down * rows * cols;
                int height = Math.min(TILE, rows - i);
                int width = Math.min(TILE, cols - j);
                long inX = matrix + (long) i * cols + j;
                long inY = matrix + (long) j * rows + i;
                tile(xs, inX, cols, ys, inY, rows, height, width, add);
            }
        });
    }

    private static void tile(
            MemorySegment x,
            long inX,
            long strideX,
            MemorySegment y,
            long inY,
            long strideY,
            int height,
            int width,
            boolean add) {
        for (int j = 0; j < width; j++) {
            long to = inY + j * strideY;
            for (int i = 0; i < height; i++) {
                float v = Lanes.get(x, inX + i * strideX + j);
                Lanes.set(y, to + i, add ? Lanes.get(y, to + i) + v : v);
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
