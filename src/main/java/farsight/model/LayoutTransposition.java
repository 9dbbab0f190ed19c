package farsight.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;

/**
 * Transposes between the layout of files, [B, C, N], and the layout of kernels, [B, N, C]. It works tile by tile, so
 * that neither side walks memory in long strides, and on all cores when there is much to do. A file is read or written
 * through a window of {@link #ROOM} bytes in memory.
 */
public final class LayoutTransposition {

    /** Side of a tile in floats: two tiles of 4 kB fit the first-level cache. */
    private static final int TILE = 32;

    /** Side of one task's block, in floats. */
    private static final int BLOCK = 512;

    /** Floats from which starting threads pays off. */
    private static final long LARGE = 1 << 18;

    /** Bytes buffered between an array and a file. */
    static final long ROOM = 16L << 20;

    private LayoutTransposition() {}

    /** A matrix of floats in memory: index of its first float, and distance to the next row, in floats. */
    private record Matrix(MemorySegment memory, long first, long stride) {
        static Matrix whole(MemorySegment memory, long index, long rows, long cols) {
            return new Matrix(memory, index * rows * cols, cols);
        }

        long at(long row, long col) {
            return (first + row * stride + col) * Float.BYTES;
        }
    }

    /** Fills a segment with consecutive floats of a tensor, from an index on. */
    @FunctionalInterface
    interface Source {
        /** Called by several threads at a time. */
        void read(long first, MemorySegment into);
    }

    /** Takes consecutive floats of a tensor. */
    @FunctionalInterface
    interface Sink {
        /** The piece is valid until this returns. */
        void write(MemorySegment piece) throws IOException;
    }

    /**
     * to[b, j, i] = from[b, i, j].
     *
     * @param from [batch, rows, cols] float32
     * @param to [batch, cols, rows] float32, not overlapping {@code from}
     */
    public static void transpose(MemorySegment from, MemorySegment to, long batch, long rows, long cols) {
        if (rows == 1 || cols == 1) {
            MemorySegment.copy(from, 0, to, 0, batch * rows * cols * Float.BYTES);
            return;
        }
        boolean share = mayShare(from) && mayShare(to);
        blocks(batch, rows, cols, share, (b, row, col, height, width) -> {
            Matrix source = Matrix.whole(from, b, rows, cols);
            Matrix target = Matrix.whole(to, b, cols, rows);
            block(source, target, row, col, height, width);
        });
    }

    /**
     * As above, from a source that need not be in memory: to[b, j, i] = from[b, i, j].
     *
     * @param from [batch, rows, cols]
     * @param to [batch, cols, rows] float32, accessible to any thread
     */
    static void transpose(Source from, MemorySegment to, long batch, long rows, long cols) {
        long width = Math.clamp(ROOM / Float.BYTES / rows, 1, cols);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment room = arena.allocate(rows * width * Float.BYTES, Float.BYTES);
            for (long b = 0; b < batch; b++) {
                for (long col = 0; col < cols; col += width) {
                    window(from, room, to, b, rows, cols, col, Math.min(width, cols - col));
                }
            }
        }
    }

    /** Columns first … first + width − 1 of one matrix. */
    private static void window(
            Source from, MemorySegment room, MemorySegment to, long b, long rows, long cols, long first, long width) {
        parallel(rows, rows * width >= LARGE)
                .forEach(row -> from.read(
                        (b * rows + row) * cols + first, room.asSlice(row * width * Float.BYTES, width * Float.BYTES)));
        Matrix source = new Matrix(room, 0, width);
        Matrix target = new Matrix(to, (b * cols + first) * rows, rows);
        blocks(1, rows, width, true, (_, row, col, h, w) -> block(source, target, row, col, h, w));
    }

    /**
     * As above, to a sink that need not be in memory: hands over the floats of [batch, cols, rows] in order.
     *
     * @param from [batch, rows, cols] float32, accessible to any thread
     */
    static void transpose(MemorySegment from, Sink to, long batch, long rows, long cols) throws IOException {
        // As many columns at once as fit, since they are adjacent; or a piece of one.
        long width = Math.clamp(ROOM / Float.BYTES / rows, 1, cols);
        long height = width > 1 ? rows : Math.min(rows, ROOM / Float.BYTES);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment room = arena.allocate(width * height * Float.BYTES, Float.BYTES);
            for (long b = 0; b < batch; b++) {
                for (long col = 0; col < cols; col += width) {
                    long w = Math.min(width, cols - col);
                    for (long row = 0; row < rows; row += height) {
                        long h = Math.min(height, rows - row);
                        Matrix source = new Matrix(from, (b * rows + row) * cols + col, cols);
                        Matrix target = new Matrix(room, 0, h);
                        blocks(1, h, w, true, (_, r, c, hh, ww) -> block(source, target, r, c, hh, ww));
                        to.write(room.asSlice(0, h * w * Float.BYTES));
                    }
                }
            }
        }
    }

    /** Part of a matrix. */
    private interface BlockTask {
        void run(long b, long row, long col, int height, int width);
    }

    /** Cuts matrices of rows × cols into blocks. */
    private static void blocks(long batch, long rows, long cols, boolean share, BlockTask task) {
        long down = Math.ceilDiv(rows, BLOCK);
        long across = Math.ceilDiv(cols, BLOCK);
        parallel(batch * down * across, share && batch * rows * cols >= LARGE).forEach(i -> {
            long row = i / across % down * BLOCK;
            long col = i % across * BLOCK;
            int height = (int) Math.min(BLOCK, rows - row);
            int width = (int) Math.min(BLOCK, cols - col);
            task.run(i / across / down, row, col, height, width);
        });
    }

    private static LongStream parallel(long items, boolean share) {
        LongStream all = LongStream.range(0, items);
        return share ? all.parallel() : all;
    }

    private static void block(Matrix from, Matrix to, long row, long col, int height, int width) {
        float[] tile = new float[TILE * TILE];
        for (int r = 0; r < height; r += TILE) {
            for (int c = 0; c < width; c += TILE) {
                tile(from, to, tile, row + r, col + c, Math.min(TILE, height - r), Math.min(TILE, width - c));
            }
        }
    }

    private static void tile(Matrix from, Matrix to, float[] tile, long row, long col, int height, int width) {
        for (int i = 0; i < height; i++) {
            long at = from.at(row + i, col);
            for (int j = 0; j < width; j++) {
                tile[j * TILE + i] = from.memory.get(ValueLayout.JAVA_FLOAT, at + (long) j * Float.BYTES);
            }
        }
        for (int j = 0; j < width; j++) {
            MemorySegment.copy(tile, j * TILE, to.memory, ValueLayout.JAVA_FLOAT, to.at(col + j, row), height);
        }
    }

    /** Whether other threads may touch the memory; a confined arena forbids it. */
    private static boolean mayShare(MemorySegment memory) {
        return memory.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
    }
}
