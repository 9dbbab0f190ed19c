package farsight.vector;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * C = A·B for an A of contiguous rows, passed on piece by piece while it is in the L1 cache. It serves projections of
 * all positions, products of all positions with the latent nodes, and products with an epilogue.
 *
 * <p>Each task packs a block of columns of B and goes through a block of rows, a strip of {@link Strips#ROWS} at a
 * time. It copies the strip of A to the heap, computes the strip's piece of C in the L1 cache, and passes it to the
 * {@link Sink}. So an elementwise epilogue costs no pass over memory. Neither does a rowwise epilogue if B is so small
 * ({@link #fits}) that one block has all columns. Longer sums are taken in stretches of {@link #MOST_TERMS} terms.
 *
 * @param batch number of matrices
 * @param m rows of C
 * @param n columns of C
 * @param k terms of the sum
 * @param a A, [batch, m, k], by its rows
 * @param b B, [batch or 1, k, n]
 * @param sink receives C piece by piece
 */
public record ThinProduct(int batch, int m, int n, int k, Factor a, Factor b, Sink sink) {

    private static final int MOST_COLUMNS = 144;

    /** Terms of a sum per stretch. */
    static final int MOST_TERMS = 256;

    /** Up to this many columns or terms, a plain product is faster this way than by {@link Product}. */
    private static final int NARROW = 32;

    /** Maximum columns per block if columns are cut: whole tiles of three vectors. */
    private static final int WIDE = 8 * 48;

    /** Floats of B per block of {@link #WIDE} columns: a stretch of them fits the L2 cache. */
    private static final int PACKED = WIDE * 128;

    /** Maximum rows per task: enough to make the packing of B cheap. */
    private static final int ROWS = 768;

    /** Maximum rows per task for sums taken in stretches, because all rows' sums are held until the last stretch. */
    private static final int ROWS_OF_STRETCHES = 192;

    /** Minimum rows per task, even if smaller tasks would keep more threads busy. */
    private static final int FEWEST_ROWS = 12 * Strips.ROWS;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    /** The consumer of a piece of C: some columns of some rows. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Consumes a piece.
         *
         * @param sums holds C[row + i, column + j] at index i·columns + j
         * @param row first row, counted over the whole batch
         * @param rows number of rows
         * @param column first column
         * @param columns number of columns: all n if the product {@link #fits}
         */
        void take(float[] sums, long row, int rows, int column, int columns);
    }

    /** Whether such a product comes in whole rows, with each sum in one stretch. */
    static boolean fits(int n, int k) {
        return n <= MOST_COLUMNS && k > 0 && k <= MOST_TERMS;
    }

    /** Whether this way is faster for a product without an epilogue. */
    static boolean pays(int m, int n, int k) {
        return fits(n, k) && Math.min(n, k) <= NARROW && m >= FEWEST_ROWS;
    }

    public void run(Workers workers) {
        if (m == 0 || n == 0) {
            return;
        }
        int columns = columns();
        int across = ceil(n, columns);
        int most = k > MOST_TERMS ? ROWS_OF_STRETCHES : ROWS;
        long wanted = ceil(4 * workers.threads(), Math.multiplyExact(batch, across));
        int blocks = (int) Math.max(ceil(m, most), Math.min(wanted, ceil(m, FEWEST_ROWS)));
        int rows = ceil(ceil(m, blocks), Strips.ROWS) * Strips.ROWS;
        long work = Math.max(1, (long) Math.min(rows, m) * columns * k);
        workers.forEach((long) batch * blocks * across, Math.max(1, WORTH / work), (from, to) -> {
            for (long task = from; task < to; task++) {
                int matrix = (int) (task / across / blocks);
                int i = (int) (task / across % blocks) * rows;
                int j = (int) (task % across) * columns;
                // Rounding up may leave the last block empty.
                if (i < m) {
                    block(matrix, i, Math.min(rows, m - i), j, Math.min(columns, n - j));
                }
            }
        });
    }

    private int columns() {
        return n <= MOST_COLUMNS ? n : Math.min(WIDE, PACKED / Math.clamp(k, 1, MOST_TERMS) / 48 * 48);
    }

    private static int ceil(int length, int part) {
        return Math.ceilDiv(length, part);
    }

    private void block(int matrix, int i, int rows, int j, int columns) {
        Scratch scratch = Scratch.get();
        int vectors = Packing.vectors(columns);
        int longest = Math.min(k, MOST_TERMS);
        float[] panels = scratch.heap(longest * vectors * Lanes.COUNT);
        float[] lines = scratch.lines(Strips.ROWS * longest);
        float[] sums = scratch.sums(Strips.ROWS * columns + Strips.ROWS * Lanes.COUNT);
        float[] totals = scratch.totals(k > MOST_TERMS ? rows * columns : 0);
        int[] tiles = tiles(vectors);
        int p = 0;
        do { // at least once: an empty sum is 0
            int length = Math.min(MOST_TERMS, k - p);
            Packing.panels(b, b.start(matrix) + j * b.line() + p * b.step(), columns, length, Strips::width, panels);
            for (int done = 0; done < rows; done += Strips.ROWS) {
                int count = Math.min(Strips.ROWS, rows - done);
                read(a.start(matrix) + (long) (i + done) * k + p, count, length, lines);
                // From the last tile to the first: earlier tiles overwrite the excess columns of later ones.
                for (int t = tiles.length - 2; t >= 0; t--) {
                    int first = tiles[t] * Lanes.COUNT;
                    Strips.multiply(
                            tiles[t + 1] - tiles[t], lines, length, panels, first * length, sums, first, columns);
                }
                if (p > 0) {
                    add(totals, done * columns, sums, count * columns);
                }
                if (p + length < k) {
                    System.arraycopy(sums, 0, totals, done * columns, count * columns);
                } else {
                    sink.take(sums, (long) matrix * m + i + done, count, j, columns);
                }
            }
            p += MOST_TERMS;
        } while (p < k);
    }

    /** Copies a stretch of some rows of A, one after the other. */
    private void read(long at, int rows, int length, float[] lines) {
        if (length == k) {
            Lanes.read(a.floats(), at, lines, 0, rows * length);
        } else {
            for (int r = 0; r < rows; r++) {
                Lanes.read(a.floats(), at + (long) r * k, lines, r * length, length);
            }
        }
        if (rows < Strips.ROWS) {
            Arrays.fill(lines, rows * length, Strips.ROWS * length, 0f);
        }
    }

    private static void add(float[] totals, int from, float[] sums, int length) {
        for (int q = 0; q < length; q++) {
            sums[q] += totals[from + q];
        }
    }

    /** The index of the first vector of each tile of a row, and of the end. */
    private static int[] tiles(int vectors) {
        return IntStream.iterate(0, v -> v <= vectors, v -> v + Math.max(1, Strips.width(vectors - v)))
                .toArray();
    }
}
