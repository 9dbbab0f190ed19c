package farsight.vector.attention;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.Strips;
import farsight.vector.Workers;
import farsight.vector.attention.L2ReluWorkspace.Use;
import java.lang.foreign.MemorySegment;

/**
 * y_i = Σ_j max(q_i·k_j, 0)·v_j by blocks, with the norm of each row's weights.
 *
 * <p>Vectors run along the rows in both products, whether the rows are few latent nodes and the keys all positions or
 * the other way round. A task has a block of rows and a chunk of keys. It packs q of its rows as panels and goes
 * through its keys {@link #KEYS} at a time, copying k and transposing v. For each panel it computes the weights of
 * these keys, a few vectors by KEYS, in the L1 cache, and there rectifies, squares and multiplies them by v. So {@link
 * Strips} always runs in its best shape, and the norms are sums of whole vectors.
 *
 * @param q [batch or 1, rows, c]
 * @param k [batch or 1, keys, c]
 * @param v [batch, keys, width]
 * @param y [batch, chunks, rows, width]
 * @param norms [batch, chunks, rows]
 * @param end last stage, once all keys of a row are summed
 */
record L2ReluForward(
        MemorySegment q,
        MemorySegment k,
        MemorySegment v,
        MemorySegment y,
        MemorySegment norms,
        int rows,
        int keys,
        int c,
        int width,
        int strideQ,
        int strideK,
        int chunks,
        int chunkKeys,
        End end) {

    /** The last stage of a row's sums. */
    enum End {
        /** Keeps the sums, and stores sums of squares instead of norms, for one chunk. */
        SQUARES,
        /** Keeps the sums, and stores the norms. */
        NORMS,
        /** Divides the sums by the norms, and stores the norms. */
        UNIT
    }

    /** Keys whose weights are held at a time. */
    static final int KEYS = 128;

    /** Maximum rows per block: enough to make the copying of keys cheap. */
    private static final int MOST_ROWS = 512;

    /** Minimum rows per block, even if smaller blocks would keep more threads busy. */
    private static final int FEWEST_ROWS = 96;

    /** Floats of q and y per block of rows. */
    private static final int HELD = 1 << 16;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    void run(int batch, Workers workers) {
        int most = Math.clamp(HELD / (c + width), FEWEST_ROWS, MOST_ROWS);
        int pairs = Math.multiplyExact(batch, chunks);
        long wanted = Math.ceilDiv(4L * workers.threads(), pairs);
        int blocks = (int) Math.max(Math.ceilDiv(rows, most), Math.min(wanted, Math.ceilDiv(rows, FEWEST_ROWS)));
        int blockRows = Math.ceilDiv(Math.ceilDiv(rows, blocks), 2 * Lanes.COUNT) * 2 * Lanes.COUNT;
        long work = Math.max(1, (long) Math.min(rows, blockRows) * chunkKeys * (c + width));
        workers.forEach((long) pairs * blocks, Math.max(1, WORTH / work), (from, to) -> {
            for (long task = from; task < to; task++) {
                int first = (int) (task % blocks) * blockRows;
                // Rounding up may leave the last block empty.
                if (first < rows) {
                    new Block(this, (int) (task / blocks), first, Math.min(blockRows, rows - first)).run();
                }
            }
        });
    }

    /** One block of rows, over one chunk of keys. */
    private static final class Block {

        private final L2ReluForward of;
        private final int matrix;
        private final int firstKey;
        private final int stopKey;
        private final int count;
        private final long firstOut;
        private final int vectors;
        private final int strips;
        private final L2ReluWorkspace room = L2ReluWorkspace.get();
        private final float[] queries;
        private final float[] weights = room.weights();
        private final float[] part = room.part();
        private final float[] squares;
        private final float[] sums;

        Block(L2ReluForward of, int pair, int first, int count) {
            this.of = of;
            this.count = count;
            matrix = pair / of.chunks;
            firstKey = pair % of.chunks * of.chunkKeys;
            stopKey = Math.min(of.keys, firstKey + of.chunkKeys);
            firstOut = (long) pair * of.rows + first;
            vectors = Packing.vectors(count);
            strips = Math.ceilDiv(of.width, Strips.ROWS);
            long at = (long) matrix * of.strideQ + (long) first * of.c;
            queries = room.panels(Use.PANELS, Factor.ofLines(of.q, 0, of.c), at, count, of.c);
            squares = room.zeros(Use.SQUARES, padded());
            sums = room.zeros(Use.SUMS, padded() * strips * Strips.ROWS);
        }

        /** The number of rows, rounded up to whole vectors. */
        private int padded() {
            return vectors * Lanes.COUNT;
        }

        void run() {
            for (int start = firstKey; start < stopKey; start += KEYS) {
                int n = Math.min(KEYS, stopKey - start);
                float[][] ks = room.strips(Use.STRIPS, of.k, (long) matrix * of.strideK + (long) start * of.c, n, of.c);
                float[][] vs =
                        room.columns(Use.COLUMNS, of.v, ((long) matrix * of.keys + start) * of.width, n, of.width);
                for (int w = 0; w < vectors; ) {
                    int wide = Strips.width(vectors - w);
                    panel(w * Lanes.COUNT, wide, ks, vs, n);
                    w += wide;
                }
            }
            end();
        }

        /** Adds the contribution of some keys to the sums of some rows. */
        private void panel(int first, int wide, float[][] ks, float[][] vs, int n) {
            int across = wide * Lanes.COUNT;
            int high = Math.ceilDiv(n, Strips.ROWS);
            L2ReluRows.product(ks, high, of.c, queries, padded(), first, wide, weights, part);
            for (int w = 0; w < across; w += Lanes.COUNT) {
                L2ReluRows.rectify(weights, w, across, high * Strips.ROWS * across, squares, first + w);
            }
            for (int s = 0; s < strips; s++) {
                Strips.multiply(wide, vs[s], n, weights, 0, part, 0, across);
                L2ReluRows.add(part, sums, (first * strips + s * across) * Strips.ROWS, Strips.ROWS * across);
            }
        }

        /** Writes norms and y. */
        private void end() {
            for (int i = 0; i < count; i += Lanes.COUNT) {
                int n = Math.min(Lanes.COUNT, count - i);
                L2ReluRows.norms(squares, i, of.norms, firstOut + i, n, of.end);
            }
            L2ReluRows.turnAll(sums, squares, room.tile(), of.y, firstOut * of.width, count, of.width, false);
        }
    }
}
