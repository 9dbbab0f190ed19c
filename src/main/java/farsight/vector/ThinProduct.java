package farsight.vector;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * C = A·B for a tall A of short, contiguous rows, and a B that fits the second cache: projections of all positions, and
 * products of all positions with the latent nodes.
 *
 * <p>Each task packs B and goes through a block of rows, a strip of {@link Strips#ROWS} at a time: copies the strip of A
 * to the heap, computes its rows of C, whole, into the first cache, and hands them to the {@link Sink}. So what follows a
 * product row by row costs no pass over memory.
 *
 * @param batch matrices
 * @param m rows of C
 * @param n columns of C
 * @param k terms of the sum
 * @param a A, [batch, m, k], by its rows
 * @param b B, [batch or 1, k, n]
 * @param sink what becomes of C
 */
record ThinProduct(int batch, int m, int n, int k, Factor a, Factor b, Sink sink) {

    private static final int MOST_COLUMNS = 144;
    private static final int MOST_TERMS = 256;

    /** Columns or terms up to which a product alone is faster so than by {@link Product}. */
    private static final int NARROW = 32;

    /** Rows a task at most: enough to make the packing of B cheap. */
    private static final int ROWS = 768;

    /** Rows a task at least, where more tasks than that would keep more threads busy. */
    private static final int FEWEST_ROWS = 12 * Strips.ROWS;

    /** Multiply-adds that are worth a task. */
    private static final long WORTH = 1 << 18;

    /** What becomes of some rows of C. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes rows of C.
         *
         * @param sums holds C[row + i, j] at index i·n + j
         * @param row the first, counted through the batch
         * @param rows of them
         */
        void take(float[] sums, long row, int rows);
    }

    /** Whether such a product can be computed so. */
    static boolean fits(int n, int k) {
        return n <= MOST_COLUMNS && k > 0 && k <= MOST_TERMS;
    }

    /** Whether it should, when nothing is gained but the product. */
    static boolean pays(int m, int n, int k) {
        return fits(n, k) && Math.min(n, k) <= NARROW && m >= FEWEST_ROWS;
    }

    void run(Workers workers) {
        long wanted = ceil(4 * workers.threads(), batch);
        int blocks = (int) Math.max(ceil(m, ROWS), Math.min(wanted, ceil(m, FEWEST_ROWS)));
        int rows = ceil(ceil(m, blocks), Strips.ROWS) * Strips.ROWS;
        long work = Math.max(1, (long) Math.min(rows, m) * n * k);
        workers.forEach((long) batch * blocks, Math.max(1, WORTH / work), (from, to) -> {
            for (long task = from; task < to; task++) {
                int matrix = (int) (task / blocks);
                int i = (int) (task % blocks) * rows;
                // Rounding up may leave nothing to the last block.
                if (i < m) {
                    block(matrix, i, Math.min(rows, m - i));
                }
            }
        });
    }

    private static int ceil(int length, int part) {
        return Math.ceilDiv(length, part);
    }

    private void block(int matrix, int i, int rows) {
        Scratch scratch = Scratch.get();
        int vectors = Packing.vectors(n);
        float[] panels = scratch.heap(k * vectors * Lanes.COUNT);
        float[] lines = scratch.lines(Strips.ROWS * k);
        float[] sums = scratch.sums(Strips.ROWS * n + Strips.ROWS * Lanes.COUNT);
        int[] tiles = tiles(vectors);
        Packing.panels(b, b.start(matrix), n, k, Strips::width, panels);
        long inA = a.start(matrix);
        for (int done = 0; done < rows; done += Strips.ROWS) {
            int count = Math.min(Strips.ROWS, rows - done);
            Lanes.read(a.floats(), inA + (long) (i + done) * k, lines, 0, count * k);
            if (count < Strips.ROWS) {
                Arrays.fill(lines, count * k, Strips.ROWS * k, 0f);
            }
            // From the last tile to the first: each overwrites what the one behind it wrote beyond its columns.
            for (int t = tiles.length - 2; t >= 0; t--) {
                int first = tiles[t] * Lanes.COUNT;
                Strips.multiply(tiles[t + 1] - tiles[t], lines, k, panels, first * k, sums, first, n);
            }
            sink.take(sums, (long) matrix * m + i + done, count);
        }
    }

    /** The first vector of each tile of a row, and the end. */
    private static int[] tiles(int vectors) {
        return IntStream.iterate(0, v -> v <= vectors, v -> v + Math.max(1, Strips.width(vectors - v)))
                .toArray();
    }
}
