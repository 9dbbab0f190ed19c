package farsight.vector;

/**
 * The rows of [batch, rows, cols], cut into pieces for the workers. Short rows are joined into wide rows.
 *
 * <p>An operation with per-column numbers runs along the columns, and short rows would leave most lanes idle. So
 * several rows count as one wide row whose length fills whole vectors. The per-column numbers (factors or terms, called
 * a pattern) are repeated to that length.
 *
 * @param cols columns
 * @param group rows per wide row
 */
record RowPieces(int cols, int group) {

    /** Approximate floats per piece: 64 KB per array. */
    private static final int PIECE = 1 << 14;

    /** Rows with fewer columns are joined. */
    private static final int SHORT = 8 * Lanes.COUNT;

    /** Minimum floats per wide row: a loop over fewer is mostly entry and exit. */
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

    /** Floats per wide row. */
    int width() {
        return cols * group;
    }

    /** Floats from one pattern to the next: whole vectors. */
    int pitch() {
        return (int) Lanes.whole(width() + Lanes.COUNT - 1L);
    }

    /** Writes the patterns of one matrix. */
    @FunctionalInterface
    interface Fill {
        /**
         * Fills the patterns.
         *
         * @param b index of the matrix in the batch
         * @param patterns receives the first {@code cols} floats of pattern q at index q·pitch
         */
        void run(int b, float[] patterns);
    }

    /** Processes one wide row. */
    @FunctionalInterface
    interface Row {
        /**
         * Processes the row.
         *
         * @param patterns pattern q at index q·pitch
         * @param at index of the row's first float
         * @param length number of floats: the width, or less at the end of a matrix
         */
        void run(float[] patterns, long at, int length);
    }

    /** Runs over all rows of all matrices, with the given number of patterns. */
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
