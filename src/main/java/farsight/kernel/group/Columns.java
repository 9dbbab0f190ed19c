package farsight.kernel.group;

/**
 * How work-groups share columns: a group of 256 items has {@code width} columns of one chunk of rows, neighbouring items
 * neighbouring columns, and as many items to a column as there is room for, each with every so manieth row. What the
 * items of a column found is joined in local memory, pair by pair.
 *
 * <p>Up to 64 columns a group has all of them, so that it reads a chunk of few columns, or of a single one, from end to
 * end. Of more columns it has 32, a warp's worth of neighbouring words.
 */
public final class Columns {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Local memory of a group, for at most two numbers an item. */
    public static final int LOCAL_BYTES = 2 * Float.BYTES * ITEMS;

    private static final int MOST = 64;
    private static final int OF_MANY = 32;

    private Columns() {}

    /** Columns of a group. */
    public static int width(int cols) {
        return cols <= MOST ? cols : OF_MANY;
    }

    /** Groups that have all columns of all chunks. */
    public static long groups(int batch, int chunks, int cols) {
        return (long) batch * chunks * Math.ceilDiv(cols, width(cols));
    }
}
