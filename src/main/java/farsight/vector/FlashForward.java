package farsight.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j by blocks.
 *
 * <p>A task is a block of rows, whose q it copies, so that y may lie where q lies. It goes through the keys {@link #KEYS}
 * at a time: packs their k and v, and for each strip of {@link Strips#ROWS} rows computes the logits, raises the rows'
 * bounds, takes the exponentials and adds their product with v to y. Bounds are logits without σ; times σ / ln 2, what
 * a logit is above its bound is the exponent of a power of 2. A strip's weights, {@code Strips.ROWS·KEYS} floats,
 * never leave the first cache.
 *
 * @param q [batch, rows, c]
 * @param k [batch, keys, c], rows {@code keyStride} apart
 * @param v [batch, keys, width], rows {@code valueStride} apart
 * @param y [batch, rows, width]
 * @param stats [batch, rows, 2]: each row's bound at the end, and one over its sum
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

    /** Keys whose weights are held at a time: with their k and v of 32 channels they take 64 KB of the second cache. */
    private static final int KEYS = 256;

    /** Rows a block at most: enough to make the packing of keys cheap. */
    private static final int MOST_ROWS = 128 * Strips.ROWS;

    /** Rows a block at least, where more blocks than that would keep more threads busy. */
    private static final int FEWEST_ROWS = 8 * Strips.ROWS;

    /** Floats of q a block. */
    private static final int COPIED = 1 << 16;

    /** Multiply-adds that are worth a task. */
    private static final long WORTH = 1 << 18;

    void run(int batch, Workers workers) {
        int most = Math.min(MOST_ROWS, Math.max(1, COPIED / c / Strips.ROWS) * Strips.ROWS);
        long wanted = Math.ceilDiv(4L * workers.threads(), batch);
        int blocks = (int) Math.max(Math.ceilDiv(rows, most), Math.min(wanted, Math.ceilDiv(rows, FEWEST_ROWS)));
        // Whole strips: then the cut, which follows the number of threads, leaves every row as it is.
        int blockRows = Math.ceilDiv(Math.ceilDiv(rows, blocks), Strips.ROWS) * Strips.ROWS;
        long work = (long) Math.min(rows, blockRows) * keys * (c + width);
        workers.forEach((long) batch * blocks, Math.max(1, WORTH / Math.max(1, work)), (from, to) -> {
            for (long task = from; task < to; task++) {
                int first = (int) (task % blocks) * blockRows;
                // Rounding up may leave nothing to the last block.
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

        /** Of all rows, and of one strip. */
        private final float[] queries;

        private final float[] strip;
        private final float[] weights;
        private final float[] products;

        /** Of all rows: a vector each whose lanes add up to the row's sum, then a bound each; and a strip's next sums. */
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

        /** One strip's weights, and the sums and bounds of its rows raised to them. */
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

        /** A strip's q·k; where the keys do not fill the last vector, the infinity of weight 0 behind the last one. */
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

        /** Raises the bounds of rows with a logit far above, to that logit; what they have summed so far shrinks. */
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
            // The rows of a factor lie one after the other.
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
