package farsight.op.sum;

import farsight.program.Shape;

/**
 * The chunks of a sum over positions: {@code count} chunks of {@code rows} rows, the last perhaps shorter. They depend
 * on the shape alone, never on the device or the number of threads, so every engine adds in the same order.
 *
 * @param count number of chunks
 * @param rows rows per chunk
 */
public record Chunks(int count, int rows) {

    private static final int SHORTEST_COLUMN_CHUNK = 256;
    private static final int SHORTEST_PRODUCT_CHUNK = 1024;
    private static final int MOST_PRODUCT_CHUNKS = 64;
    private static final long WIDE_PRODUCT = 1L << 16;

    /** Approximate limit on the floats of all chunks' results together. */
    private static final long CHUNKED = 1L << 22;

    /** For plain sums down a column: about √rows chunks, so that neither stage's error grows with N. */
    public static Chunks ofColumns(long rows) {
        long length = Math.max(SHORTEST_COLUMN_CHUNK, Math.ceilDiv((long) Math.sqrt((double) rows), 64L) * 64L);
        return of(rows, length);
    }

    /**
     * For AᵀB over rows: at most 64 chunks. A single one if the result is so wide that its elements keep every core
     * busy; a copy per chunk would only cost memory.
     *
     * @param resultElements floats of one AᵀB, times the batch
     */
    public static Chunks ofProduct(long rows, long resultElements) {
        if (resultElements >= WIDE_PRODUCT) {
            return of(rows, rows);
        }
        return of(rows, Math.max(SHORTEST_PRODUCT_CHUNK, Math.ceilDiv(rows, (long) MOST_PRODUCT_CHUNKS)));
    }

    /**
     * For sums over positions of values that are not stored, such as attention weights. Each chunk is a task of its
     * own, so chunks are shorter than for a product. There are at most 64, and fewer if one copy of the result per
     * chunk would cost too much memory.
     *
     * @param resultElements floats of the result, times the batch
     */
    public static Chunks ofUnstored(long rows, long resultElements) {
        long most = Math.clamp(CHUNKED / Math.max(1, resultElements), 1, MOST_PRODUCT_CHUNKS);
        return of(rows, Math.max(SHORTEST_COLUMN_CHUNK, Math.ceilDiv(rows, most)));
    }

    /** A single chunk. */
    public static Chunks whole(long rows) {
        return of(rows, rows);
    }

    /** The shape of one number per chunk. */
    public Shape each() {
        return new Shape(1, count, 1);
    }

    private static Chunks of(long rows, long length) {
        // Saturated instead of exact: describing a program too large to run must not fail.
        long rowsEach = Math.min(length, Integer.MAX_VALUE);
        return new Chunks((int) Math.min(Math.ceilDiv(rows, rowsEach), Integer.MAX_VALUE), (int) rowsEach);
    }
}
