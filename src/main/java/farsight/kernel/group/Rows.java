package farsight.kernel.group;

/**
 * How work-items share rows: {@code lanes} neighbouring items (lanes) read neighbouring numbers of one row, and a group
 * of 256 items takes 256/lanes rows. The partial results of a row's lanes are joined in local memory, pair by pair.
 *
 * <p>The joining stands in every kernel: TornadoVM compiles a method that joins its caller's local memory to wrong sums.
 */
public final class Rows {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Local memory of a group, for at most two numbers per item. */
    public static final int LOCAL_BYTES = 2 * Float.BYTES * ITEMS;

    /**
     * With fewer columns than this, one item takes a whole row: 32 such rows are less than a kilobyte, so the cache
     * serves neighbouring items, and there are no partial results to join.
     */
    public static final int FEWEST_COLUMNS = 8;

    private Rows() {}

    /** Lanes per row: the largest power of two that the columns keep busy, at most a whole group. */
    public static int lanes(int cols) {
        return Math.min(ITEMS, Integer.highestOneBit(cols));
    }

    /** Number of groups that cover all rows. */
    public static long groups(int rows, int cols) {
        return Math.ceilDiv((long) rows * lanes(cols), ITEMS);
    }
}
