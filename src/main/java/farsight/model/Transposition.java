package farsight.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;

/**
 * Between the layout of files, [B, C, N], and that of kernels, [B, N, C]. A tile at a time, so that
 * neither side walks memory in long strides; on all cores where there is much to do.
 */
final class Transposition {

    /** Side of a tile in floats: two tiles of 4 kB fit the nearest cache. */
    private static final int TILE = 32;

    /** Floats from which on threads are worth their start. */
    private static final long LARGE = 1 << 18;

    private Transposition() {}

    /**
     * to[b, j, i] = from[b, i, j].
     *
     * @param from [batch, rows, cols] float32
     * @param to [batch, cols, rows] float32, not overlapping {@code from}
     */
    static void transpose(MemorySegment from, MemorySegment to, long batch, long rows, long cols) {
        if (rows == 1 || cols == 1) {
            MemorySegment.copy(from, 0, to, 0, batch * rows * cols * Float.BYTES);
            return;
        }
        long strips = Math.ceilDiv(cols, TILE);
        LongStream all = LongStream.range(0, batch * strips);
        boolean share = batch * rows * cols >= LARGE && mayShare(from) && mayShare(to);
        (share ? all.parallel() : all).forEach(s -> {
            MemorySegment source = matrix(from, s / strips, rows * cols);
            MemorySegment target = matrix(to, s / strips, rows * cols);
            strip(source, target, rows, cols, s % strips * TILE);
        });
    }

    /** Columns first … first + 31 of one matrix. */
    private static void strip(MemorySegment from, MemorySegment to, long rows, long cols, long first) {
        int width = (int) Math.min(TILE, cols - first);
        float[] tile = new float[TILE * TILE];
        for (long row = 0; row < rows; row += TILE) {
            int height = (int) Math.min(TILE, rows - row);
            for (int i = 0; i < height; i++) {
                long at = ((row + i) * cols + first) * Float.BYTES;
                for (int j = 0; j < width; j++) {
                    tile[j * TILE + i] = from.get(ValueLayout.JAVA_FLOAT, at + (long) j * Float.BYTES);
                }
            }
            for (int j = 0; j < width; j++) {
                long at = ((first + j) * rows + row) * Float.BYTES;
                MemorySegment.copy(tile, j * TILE, to, ValueLayout.JAVA_FLOAT, at, height);
            }
        }
    }

    private static MemorySegment matrix(MemorySegment all, long index, long elements) {
        return all.asSlice(index * elements * Float.BYTES, elements * Float.BYTES);
    }

    /** Whether other threads may touch the memory; a confined arena forbids it. */
    private static boolean mayShare(MemorySegment memory) {
        return memory.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
    }
}
