package farsight.kernel.group;

/**
 * What one work-group computes of a matrix C, a tile, and how its {@value #ITEMS} work-items share it: {@code across} of
 * them side by side, each with {@code rowsEach · columnsEach} elements of C in its registers.
 *
 * @param across work-items side by side, a power of two
 * @param rowsEach rows of C a work-item, at most {@value #MOST_EACH}
 * @param columnsEach columns of C a work-item, at most {@value #MOST_EACH}
 */
public record ProductTile(int across, int rowsEach, int columnsEach) {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Terms of the sums that lie in local memory at a time. */
    static final int DEPTH = 16;

    /** Most rows, and most columns, of a work-item. */
    static final int MOST_EACH = 8;

    private static final ProductTile SQUARE = new ProductTile(16, 4, 4);
    private static final ProductTile LARGE = new ProductTile(16, 8, 8);

    /** Groups of {@link #LARGE} tiles below which smaller ones keep more of a device busy. */
    private static final long ENOUGH_GROUPS = 128;

    /**
     * The tile for C of [batch, m, n]. A work-item makes four products of a number that it reads from local memory, which
     * is what bounds the speed, or eight where C is so large that there are groups enough. A thin C gets a thin tile,
     * where that saves a quarter of the elements computed, those beyond C counted.
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

    /** A tile that holds whole rows of C, of n columns; the largest where none does. */
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

    /** Groups that cover C of [batch, m, n]. */
    public long groups(int batch, int m, int n) {
        return batch * (covered(m, n) / ((long) rows() * columns()));
    }

    /** Bytes of local memory that a product takes. */
    public long localBytes() {
        return 4L * DEPTH * (rows() + 1 + columns() + 1);
    }

    private long covered(int m, int n) {
        return (long) Math.ceilDiv(m, rows()) * rows() * Math.ceilDiv(n, columns()) * columns();
    }
}
