package farsight.vector;

import java.lang.foreign.MemorySegment;

/**
 * The first stage of a reduction over positions: chunks of rows, and of very wide rows strips of columns, each reduced
 * into a few accumulators that stay in the first cache. Short rows are read as wide ones ({@link RowPieces}), and the
 * accumulators folded to the columns at the end.
 *
 * @param cols columns of a row
 */
record ColumnChunks(int batch, int rows, int cols, int chunks, int chunkRows) {

    /** Columns a strip: 16 KB an accumulator. */
    private static final int STRIP = 1 << 12;

    /** Floats that are worth a task. */
    private static final long WORTH = 1 << 14;

    /** Reduces one strip of one chunk. */
    @FunctionalInterface
    interface Task {
        void run(Chunk chunk);
    }

    /**
     * One strip of one chunk.
     *
     * @param strip its columns, as wide rows
     * @param at index of the first float
     * @param wideRows whole wide rows
     * @param stride from one wide row to the next
     * @param rest floats after the last whole wide row: fewer than a wide row's
     * @param out index of the strip's first column in [batch, chunks, cols]
     */
    record Chunk(RowPieces strip, long at, int wideRows, long stride, int rest, long out) {

        /** Index of wide row i. */
        long row(int i) {
            return at + i * stride;
        }
    }

    void forEach(Workers workers, Task task) {
        if (cols == 0) {
            return;
        }
        int strips = (cols + STRIP - 1) / STRIP;
        int stripCols = (cols + strips - 1) / strips;
        long work = Math.max(1, (long) Math.min(rows, chunkRows) * stripCols);
        long items = (long) batch * chunks * strips;
        workers.forEach(items, Math.max(1, WORTH / work), (from, to) -> {
            for (long i = from; i < to; i++) {
                int first = (int) (i % strips) * stripCols;
                long r = i / strips;
                int chunk = (int) (r % chunks);
                int count = Math.max(0, Math.min(chunkRows, rows - chunk * chunkRows));
                RowPieces strip = RowPieces.of(Math.min(stripCols, cols - first));
                long at = (r / chunks * rows + (long) chunk * chunkRows) * cols + first;
                long stride = (long) cols * strip.group();
                int rest = count % strip.group() * cols;
                task.run(new Chunk(strip, at, count / strip.group(), stride, rest, r * cols + first));
            }
        });
    }

    /** Sets {@code length} floats from {@code at} to a value. */
    static void fill(MemorySegment x, long at, int length, float value) {
        for (int j = 0; j < length; j++) {
            Lanes.set(x, at + j, value);
        }
    }

    /** Adds the groups of an accumulator, a wide row from {@code at}, into its first columns. */
    static void foldSum(RowPieces strip, MemorySegment sums, long at) {
        for (int g = 1; g < strip.group(); g++) {
            long group = at + (long) g * strip.cols();
            for (int j = 0; j < strip.cols(); j++) {
                Lanes.set(sums, at + j, Lanes.get(sums, at + j) + Lanes.get(sums, group + j));
            }
        }
    }

    /** The greatest of the groups of an accumulator, into its first columns. */
    static void foldMax(RowPieces strip, MemorySegment sums, long at) {
        for (int g = 1; g < strip.group(); g++) {
            long group = at + (long) g * strip.cols();
            for (int j = 0; j < strip.cols(); j++) {
                Lanes.set(sums, at + j, Math.max(Lanes.get(sums, at + j), Lanes.get(sums, group + j)));
            }
        }
    }
}
