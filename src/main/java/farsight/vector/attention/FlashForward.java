package farsight.vector.attention;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.SoftmaxVector;
import farsight.vector.Strips;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j by blocks.
 *
 * <p>A task copies q of a block of rows, so that y may share q's array. It goes through the keys {@link #KEYS} at a
 * time and packs their k and v. For each strip of {@link Strips#ROWS} rows it computes the logits, raises the rows'
 * bounds, takes the exponentials and adds their product with v to y. Bounds are logits without σ. A logit's excess over
 * its bound, times σ / ln 2, is the exponent of a power of 2. A strip's weights, {@code Strips.ROWS·KEYS} floats, never
 * leave the L1 cache.
 *
 * @param q [batch, rows, c]
 * @param k [batch, keys, c], rows {@code keyStride} apart
 * @param v [batch, keys, width], rows {@code valueStride} apart
 * @param y [batch, rows, width]
 * @param stats [batch, rows, 2]: each row's final bound, and the reciprocal of its sum
 * @param scale σ
 */
record FlashForward(
        MemorySegment q,
        MemorySegment k,
        MemorySegment v,
        MemorySegment y,
        MemorySegment stats,
        int rows,
        int keys,
        int c,
        int width,
        int keyStride,
        int valueStride,
        float scale) {

    /** Keys whose weights are held at a time: their k and v of 32 channels take 64 KB of the L2 cache. */
    private static final int KEYS = 256;

    /** Maximum rows per block: enough to make the packing of keys cheap. */
    private static final int MOST_ROWS = 128 * Strips.ROWS;

    /** Minimum rows per block, even if smaller blocks would keep more threads busy. */
    private static final int FEWEST_ROWS = 8 * Strips.ROWS;

    /** Floats of q per block. */
    private static final int COPIED = 1 << 16;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    void run(int batch, Workers workers) {
        int most = Math.min(MOST_ROWS, Math.max(1, COPIED / c / Strips.ROWS) * Strips.ROWS);
        long wanted = Math.ceilDiv(4L * workers.threads(), batch);
        int blocks = (int) Math.max(Math.ceilDiv(rows, most), Math.min(wanted, Math.ceilDiv(rows, FEWEST_ROWS)));
        // Whole strips, so that every row is computed alike although the cut depends on the number of threads.
        int blockRows = Math.ceilDiv(Math.ceilDiv(rows, blocks), Strips.ROWS) * Strips.ROWS;
        long work = (long) Math.min(rows, blockRows) * keys * (c + width);
        workers.forEach((long) batch * blocks, Math.max(1, WORTH / Math.max(1, work)), (from, to) -> {
            for (long task = from; task < to; task++) {
                int first = (int) (task % blocks) * blockRows;
                // Rounding up may leave the last block empty.
                if (first < rows) {
                    long row = task / blocks * rows + first;
                    new Block(this, row, task / blocks * keys, Math.min(blockRows, rows - first)).run();
                }
            }
        });
    }

    /** One block of rows. */
    private static final class Block {

        private final FlashForward of;
        private final long firstRow;
        private final long firstKey;
        private final int count;
        private final FlashWorkspace room = FlashWorkspace.get();
        private final Factor k;
        private final Factor v;
        private final float powers;

        /** q of all rows; {@code strip} has q of one strip. */
        private final float[] queries;

        private final float[] strip;
        private final float[] weights;
        private final float[] products;

        /**
         * Per row a vector whose lanes add up to the row's sum; then one bound per row; then the next sums of a strip.
         */
        private final float[] sums;

        private static final int BOUNDS = MOST_ROWS * Lanes.COUNT;
        private static final int NEXT = BOUNDS + MOST_ROWS;

        Block(FlashForward of, long firstRow, long firstKey, int count) {
            this.of = of;
            this.firstRow = firstRow;
            this.firstKey = firstKey;
            this.count = count;
            k = new Factor(of.k, 0, of.keyStride, 1, of.c, 1, of.c);
            v = Factor.ofTerms(of.v, 0, of.valueStride, of.keys, 1, of.keys);
            powers = FlashRows.powers(of.scale);
            queries = room.floats(FlashWorkspace.Panels.QUERY, count * of.c);
            strip = room.floats(FlashWorkspace.Panels.STRIP, Strips.ROWS * of.c);
            weights = room.floats(FlashWorkspace.Panels.SLOPE, Strips.ROWS * KEYS);
            products = room.floats(FlashWorkspace.Panels.KEY, Strips.ROWS * productStride());
            sums = room.floats(FlashWorkspace.Panels.SUMS, NEXT + Strips.ROWS * Lanes.COUNT);
        }

        private int productStride() {
            return Packing.vectors(of.width) * Lanes.COUNT;
        }

        void run() {
            Arrays.fill(sums, 0, BOUNDS, 0f);
            Arrays.fill(sums, BOUNDS, NEXT, FlashRows.lowest(powers));
            Lanes.read(of.q, firstRow * of.c, queries, 0, count * of.c);
            Lanes.fill(of.y, firstRow * of.width, count * of.width, 0f);
            for (int start = 0; start < of.keys; start += KEYS) {
                int n = Math.min(KEYS, of.keys - start);
                long key = firstKey + start;
                float[] ks = room.strips(FlashWorkspace.Panels.LOGIT, k, key * of.keyStride, n, of.c);
                float[] vs = room.strips(FlashWorkspace.Panels.VALUE, v, key * of.valueStride, of.width, n);
                for (int i = 0; i < count; i += Strips.ROWS) {
                    int height = Math.min(Strips.ROWS, count - i);
                    weigh(i, height, ks, n);
                    addValues(i, height, vs, n);
                }
            }
            end();
        }

        /** Computes one strip's weights, and raises the sums and bounds of its rows. */
        private void weigh(int i, int height, float[] ks, int n) {
            System.arraycopy(queries, i * of.c, strip, 0, height * of.c);
            logits(ks, n);
            int length = Packing.vectors(n) * Lanes.COUNT;
            int totals = i * Lanes.COUNT;
            if (!FlashRows.weigh(weights, height, KEYS, n, powers, sums, BOUNDS + i, totals, NEXT)) {
                logits(ks, n);
                raise(i, height, length);
                FlashRows.weigh(weights, height, KEYS, n, powers, sums, BOUNDS + i, totals, NEXT);
            }
            System.arraycopy(sums, NEXT, sums, totals, height * Lanes.COUNT);
        }

        /** A strip's q·k. If the keys do not fill the last vector, the tail is the infinity whose weight is 0. */
        private void logits(float[] ks, int n) {
            int vectors = Packing.vectors(n);
            for (int w = 0; w < vectors; ) {
                int wide = Strips.width(vectors - w);
                int first = w * Lanes.COUNT;
                Strips.multiply(wide, strip, of.c, ks, first * of.c, weights, first, KEYS);
                w += wide;
            }
            if (n % Lanes.COUNT != 0) {
                float below = Math.copySign(Float.POSITIVE_INFINITY, -powers);
                for (int r = 0; r < Strips.ROWS; r++) {
                    Arrays.fill(weights, r * KEYS + n, r * KEYS + vectors * Lanes.COUNT, below);
                }
            }
        }

        /** If a row has a logit far above its bound, raises the bound to that logit and scales the row's sums down. */
        private void raise(int i, int height, int length) {
            for (int r = 0; r < height; r++) {
                float before = sums[BOUNDS + i + r];
                float max = FlashRows.greatest(weights, r * KEYS, length, powers);
                float above = (max - before) * powers;
                if (above > FlashRows.SLACK) {
                    float factor = (float) Math.pow(2, -above);
                    sums[BOUNDS + i + r] = max;
                    for (int lane = 0; lane < Lanes.COUNT; lane++) {
                        sums[(i + r) * Lanes.COUNT + lane] *= factor;
                    }
                    SoftmaxVector.scale(of.y, (firstRow + i + r) * of.width, of.width, factor);
                }
            }
        }

        private void addValues(int i, int height, float[] vs, int n) {
            // The rows of a factor are contiguous.
            for (int r = 1; r < height && n < KEYS; r++) {
                System.arraycopy(weights, r * KEYS, weights, r * n, n);
            }
            int vectors = Packing.vectors(of.width);
            int stride = productStride();
            for (int w = 0; w < vectors; ) {
                int wide = Strips.width(vectors - w);
                int first = w * Lanes.COUNT;
                Strips.multiply(wide, weights, n, vs, first * n, products, first, stride);
                w += wide;
            }
            for (int r = 0; r < height; r++) {
                FlashRows.add(products, r * stride, of.width, 1f, of.y, (firstRow + i + r) * of.width);
            }
        }

        private void end() {
            for (int i = 0; i < count; i++) {
                float total = Lanes.sum(FloatVector.fromArray(Lanes.SPECIES, sums, i * Lanes.COUNT));
                SoftmaxVector.scale(of.y, (firstRow + i) * of.width, of.width, 1f / total);
                Lanes.set(of.stats, 2 * (firstRow + i), sums[BOUNDS + i]);
                Lanes.set(of.stats, 2 * (firstRow + i) + 1, 1f / total);
            }
        }
    }
}
