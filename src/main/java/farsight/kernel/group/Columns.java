package farsight.kernel.group;

/**
 * How work-items share columns: a group of 256 items takes {@code width} columns of one chunk of rows. Neighbouring
 * items take neighbouring columns; the 256 / {@code width} items of a column take its rows in turn. Their partial
 * results are joined in local memory, pair by pair.
 *
 * <p>A group takes all columns if there are at most 64, so that it reads a chunk from end to end. Otherwise it takes
 * 32, a warp's worth of neighbouring words.
 */
public final class Columns {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Local memory of a group, for at most two numbers per item. */
    public static final int LOCAL_BYTES = 2 * Float.BYTES * ITEMS;

    private static final int MOST = 64;
    private static final int OF_MANY = 32;

    private Columns() {}

    /** Columns of a group. */
    public static int width(int cols) {
        return cols <= MOST ? cols : OF_MANY;
    }

    /** Number of groups that cover all columns of all chunks. */
    public static long groups(int batch, int chunks, int cols) {
        return (long) batch * chunks * Math.ceilDiv(cols, width(cols));
    }
}
