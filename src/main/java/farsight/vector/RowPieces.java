package farsight.vector;

/**
 * The rows of [batch, rows, cols], cut into pieces for the workers, and seen as wider rows where they are short.
 *
 * <p>An operation that treats every column its own way runs along the columns, and short rows would leave most lanes
 * idle. So several rows count as one wide row, whose length fills whole vectors, and what belongs to the columns (a
 * factor, a term: a pattern) is repeated to that length.
 *
 * @param cols columns
 * @param group rows that make a wide one
 */
record RowPieces(int cols, int group) {

    /** Floats a piece, about: 64 KB an array. */
    private static final int PIECE = 1 << 14;

    /** Rows of fewer columns are widened. */
    private static final int SHORT = 8 * Lanes.COUNT;

    /** Floats of a wide row at least: a loop over fewer is mostly entry and exit. */
    private static final int WIDE = 32 * Lanes.COUNT;

    static RowPieces of(int cols) {
        if (cols >= SHORT || cols == 0) {
            return new RowPieces(cols, 1);
        }
        int group = Lanes.COUNT / Math.min(Lanes.COUNT, Integer.lowestOneBit(cols));
        while (group * cols < WIDE) {
            group *= 2;
        }
        return new RowPieces(cols, group);
    }

    /** Floats a wide row. */
    int width() {
        return cols * group;
    }

    /** Floats from one pattern to the next: whole vectors. */
    int pitch() {
        return (int) Lanes.whole(width() + Lanes.COUNT - 1L);
    }

    /** Writes what belongs to the columns of one matrix. */
    @FunctionalInterface
    interface Fill {
        /**
         * Fills the patterns.
         *
         * @param b which matrix of the batch
         * @param patterns gets pattern q at index q·pitch, its first {@code cols} floats
         */
        void run(int b, float[] patterns);
    }

    /** Treats one wide row. */
    @FunctionalInterface
    interface Row {
        /**
         * Treats the row.
         *
         * @param patterns pattern q at index q·pitch
         * @param at index of the row's first float
         * @param length floats: the width, or less at the end of a matrix
         */
        void run(float[] patterns, long at, int length);
    }

    /** Runs over all rows of all matrices, with so many patterns. */
    void forEach(int batch, int rows, int patterns, Workers workers, Fill fill, Row row) {
        if (rows == 0 || cols == 0) {
            return;
        }
        int width = width();
        int pieceRows = Math.max(1, PIECE / width) * group;
        int pieces = (int) (((long) rows + pieceRows - 1) / pieceRows);
        long grain = Math.max(1, PIECE / ((long) Math.min(pieceRows, rows) * cols));
        workers.forEach((long) batch * pieces, grain, (from, to) -> {
            float[] filled = Scratch.get().heap(patterns * pitch());
            for (long i = from; i < to; i++) {
                int b = (int) (i / pieces);
                int first = (int) (i % pieces) * pieceRows;
                fill.run(b, filled);
                for (int q = 0; q < patterns; q++) {
                    repeat(filled, q * pitch());
                }
                long at = ((long) b * rows + first) * cols;
                long end = at + (long) Math.min(pieceRows, rows - first) * cols;
                for (; at < end; at += width) {
                    row.run(filled, at, (int) Math.min(width, end - at));
                }
            }
        });
    }

    /** Repeats the {@code cols} floats from {@code at} to the width of a wide row. */
    void repeat(float[] pattern, int at) {
        for (int done = cols; done < width(); ) {
            int length = Math.min(done, width() - done);
            System.arraycopy(pattern, at, pattern, at + done, length);
            done += length;
        }
    }
}
