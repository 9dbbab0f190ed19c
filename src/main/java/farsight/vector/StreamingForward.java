package farsight.vector;

import java.lang.foreign.MemorySegment;

/**
 * y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j by blocks.
 *
 * <p>A task is a block of rows. It goes through the keys {@link #KEYS} at a time: packs their k and v, and for each
 * strip of {@link Tiles#ROWS} rows computes the logits, raises the rows' bounds, takes the exponentials and adds their
 * product with v to y. A strip's weights, {@code Tiles.ROWS·KEYS} floats, never leave the first cache.
 *
 * @param q [batch, rows, c]
 * @param k [batch, keys, c]
 * @param v [batch, keys, width]
 * @param y [batch, rows, width]
 * @param logSums [batch, rows]
 * @param scale σ
 */
record StreamingForward(
        MemorySegment q,
        MemorySegment k,
        MemorySegment v,
        MemorySegment y,
        MemorySegment logSums,
        int rows,
        int keys,
        int c,
        int width,
        float scale) {

    /** Keys whose weights are held at a time. */
    private static final int KEYS = 128;

    /** Rows a block. */
    private static final int ROWS = 64 * Tiles.ROWS;

    /** Multiply-adds that are worth a task. */
    private static final long WORTH = 1 << 18;

    void run(int batch, Workers workers) {
        int blocks = (rows + ROWS - 1) / ROWS;
        long work = (long) Math.min(rows, ROWS) * keys * (c + width);
        workers.forEach((long) batch * blocks, Math.max(1, WORTH / Math.max(1, work)), (from, to) -> {
            for (long task = from; task < to; task++) {
                int first = (int) (task % blocks) * ROWS;
                new Block(this, task / blocks * rows + first, task / blocks * keys, Math.min(ROWS, rows - first)).run();
            }
        });
    }

    /** One block of rows. */
    private static final class Block {

        private final StreamingForward of;
        private final long firstRow;
        private final long firstKey;
        private final int count;
        private final StreamingRoom room = StreamingRoom.get();
        private final MemorySegment work;
        private final Factor k;
        private final Factor v;

        // What the work segment holds, by the index of its first float: one strip's weights, of all rows the sums a
        // lane and the bounds, one strip's next sums, and the rows of q that do not fill a strip.
        private final long totals = (long) Tiles.ROWS * KEYS;
        private final long bounds = totals + (long) ROWS * Lanes.COUNT;
        private final long next = bounds + ROWS;
        private final long rest = next + (long) Tiles.ROWS * Lanes.COUNT;

        Block(StreamingForward of, long firstRow, long firstKey, int count) {
            this.of = of;
            this.firstRow = firstRow;
            this.firstKey = firstKey;
            this.count = count;
            work = room.segment(rest + (long) Tiles.ROWS * of.c);
            k = Factor.ofLines(of.k, 0, of.c);
            v = Factor.ofTerms(of.v, 0, of.width, of.keys, 1, of.keys);
        }

        void run() {
            begin();
            for (int start = 0; start < of.keys; start += KEYS) {
                int n = Math.min(KEYS, of.keys - start);
                long key = firstKey + start;
                float[] ks = room.pack(StreamingRoom.Panels.LOGIT, k, key * of.c, n, of.c);
                float[] vs = room.pack(StreamingRoom.Panels.VALUE, v, key * of.width, of.width, n);
                for (int i = 0; i < count; i += Tiles.ROWS) {
                    int height = Math.min(Tiles.ROWS, count - i);
                    weights(i, height, ks, n);
                    values(i, height, vs, n);
                }
            }
            end();
        }

        private void begin() {
            StreamingRows.fill(work, totals, count * Lanes.COUNT, 0f);
            StreamingRows.fill(work, bounds, count, SoftmaxVector.LOWEST);
            StreamingRows.fill(of.y, firstRow * of.width, count * of.width, 0f);
            int left = count % Tiles.ROWS;
            StreamingRows.copy(of.q, (firstRow + count - left) * of.c, work, rest, left * of.c);
        }

        /** One strip's weights, and the sums and bounds of its rows raised to them. */
        private void weights(int i, int height, float[] ks, int n) {
            boolean whole = height == Tiles.ROWS;
            MemorySegment q = whole ? of.q : work;
            long at = whole ? (firstRow + i) * of.c : rest;
            int vectors = Packing.vectors(n);
            float[] tile = room.tile();
            for (int w = 0; w < vectors; ) {
                int wide = Tiles.width(vectors - w);
                int first = w * Lanes.COUNT;
                int length = wide * Lanes.COUNT;
                Tiles.multiply(wide, q, at, of.c, 1, ks, first * of.c, of.c, tile);
                boolean ragged = n - first < length;
                if (ragged) {
                    StreamingRows.scaleAndPad(tile, of.scale, n - first, length);
                }
                float scale = ragged ? 1f : of.scale;
                if (!weigh(i, height, first, length, scale)) {
                    raise(i, height, first, length, scale);
                    weigh(i, height, first, length, scale);
                }
                StreamingRows.copyVectors(work, next, totals + (long) i * Lanes.COUNT, height);
                w += wide;
            }
        }

        private boolean weigh(int i, int height, int first, int length, float scale) {
            long sums = totals + (long) i * Lanes.COUNT;
            return StreamingRows.weigh(room.tile(), height, length, scale, work, bounds + i, first, KEYS, sums, next);
        }

        /** Raises the bounds of rows with a logit far above, to that logit; what they have summed so far shrinks. */
        private void raise(int i, int height, int done, int length, float scale) {
            for (int r = 0; r < height; r++) {
                float before = Lanes.get(work, bounds + i + r);
                float max = StreamingRows.greatest(room.tile(), r * Tiles.WIDTH, length, scale);
                if (max > before + StreamingRows.SLACK) {
                    float factor = (float) Math.exp(before - max);
                    Lanes.set(work, bounds + i + r, max);
                    StreamingRows.scale(work, (long) r * KEYS, done, factor);
                    StreamingRows.scale(work, totals + (long) (i + r) * Lanes.COUNT, Lanes.COUNT, factor);
                    StreamingRows.scale(of.y, (firstRow + i + r) * of.width, of.width, factor);
                }
            }
        }

        private void values(int i, int height, float[] vs, int n) {
            int vectors = Packing.vectors(of.width);
            float[] tile = room.tile();
            for (int w = 0; w < vectors; ) {
                int wide = Tiles.width(vectors - w);
                int first = w * Lanes.COUNT;
                Tiles.multiply(wide, work, 0, KEYS, 1, vs, first * n, n, tile);
                int filled = Math.min(wide * Lanes.COUNT, of.width - first);
                for (int r = 0; r < height; r++) {
                    long at = (firstRow + i + r) * of.width + first;
                    StreamingRows.add(tile, r * Tiles.WIDTH, filled, 1f, of.y, at);
                }
                w += wide;
            }
        }

        private void end() {
            for (int i = 0; i < count; i++) {
                float total = StreamingRows.sum(work, totals + (long) i * Lanes.COUNT);
                StreamingRows.scale(of.y, (firstRow + i) * of.width, of.width, 1f / total);
                float logSum = Lanes.get(work, bounds + i) + (float) Math.log(total);
                Lanes.set(of.logSums, firstRow + i, logSum);
            }
        }
    }
}
