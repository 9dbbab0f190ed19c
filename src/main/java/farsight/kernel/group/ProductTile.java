package farsight.kernel.group;

/**
 * The tile of a matrix C that one work-group computes. Its {@value #ITEMS} work-items share it: {@code across} of them
 * side by side, each with {@code rowsEach · columnsEach} elements of C in registers.
 *
 * @param across work-items side by side, a power of two
 * @param rowsEach rows of C per work-item, at most {@value #MOST_EACH}
 * @param columnsEach columns of C per work-item, at most {@value #MOST_EACH}
 */
public record ProductTile(int across, int rowsEach, int columnsEach) {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Terms of the sums in local memory at a time. */
    static final int DEPTH = 16;

    /** Maximum rows, and maximum columns, per work-item. */
    static final int MOST_EACH = 8;

    private static final ProductTile SQUARE = new ProductTile(16, 4, 4);
    private static final ProductTile LARGE = new ProductTile(16, 8, 8);

    /** With fewer groups of {@link #LARGE} tiles than this, smaller tiles keep more of a device busy. */
    private static final long ENOUGH_GROUPS = 128;

    /**
     * The tile for C of [batch, m, n]. Reads of local memory bound the speed, so a work-item makes four products of
     * each number it reads, or eight if C is so large that there are enough groups. A thin C gets a thin tile if that
     * saves a quarter of the computed elements, including those beyond C.
     */
    public static ProductTile of(int batch, int m, int n) {
        if (m >= LARGE.rows() && n > SQUARE.columns() && LARGE.groups(batch, m, n) >= ENOUGH_GROUPS) {
            return LARGE;
        }
        ProductTile best = SQUARE;
        for (int across : new int[] {8, 32, 4, 64}) {
            ProductTile thin = new ProductTile(across, 4, 4);
            if (4 * thin.covered(m, n) <= 3 * best.covered(m, n)) {
                best = thin;
            }
        }
        return best;
    }

    /** A tile that holds whole rows of C, of n columns; the largest tile if none does. */
    public static ProductTile ofWholeRows(int n) {
        return n <= 16 ? new ProductTile(4, 4, 4) : n <= 32 ? new ProductTile(8, 4, 4) : n <= 64 ? SQUARE : LARGE;
    }

    /** Rows of C. */
    public int rows() {
        return ITEMS / across * rowsEach;
    }

    /** Columns of C. */
    public int columns() {
        return across * columnsEach;
    }

    /** Number of groups that cover C, [batch, m, n]. */
    public long groups(int batch, int m, int n) {
        return batch * (covered(m, n) / ((long) rows() * columns()));
    }

    /** Bytes of local memory for a product. */
    public long localBytes() {
        return 4L * DEPTH * (rows() + 1 + columns() + 1);
    }

    private long covered(int m, int n) {
        return (long) Math.ceilDiv(m, rows()) * rows() * Math.ceilDiv(n, columns()) * columns();
    }
}
