package farsight.kernel.group;

/**
 * How work-groups share rows: a row has {@code lanes} neighbouring items, which read neighbouring numbers of it, and a
 * group of 256 items has 256/lanes rows. What the lanes of a row found is joined in local memory, pair by pair.
 */
public final class Rows {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Local memory of a group, for at most two numbers an item. */
    public static final int LOCAL_BYTES = 2 * Float.BYTES * ITEMS;

    /**
     * Columns below which a row is better left to one item: 32 such rows are less than a kilobyte, so what one item reads
     * serves its neighbours from the cache, and there is nothing to join.
     */
    public static final int FEWEST_COLUMNS = 8;

    private Rows() {}

    /** Lanes of a row: the largest power of two that its columns keep busy, at most a group. */
    public static int lanes(int cols) {
        return Math.min(ITEMS, Integer.highestOneBit(cols));
    }

    /** Groups that have all rows. */
    public static long groups(int rows, int cols) {
        return Math.ceilDiv((long) rows * lanes(cols), ITEMS);
    }
}
