package farsight.vector.attention;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.RegisterTiles;
import farsight.vector.Scratch;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of streaming attention by blocks of rows × keys. The weights of a block are computed once and serve all
 * requested gradients.
 *
 * <p>A block adds to dq of its rows and to dk and dv of its keys. Blocks run in {@link Turns}, so no two threads add to
 * the same element at once, and the order of additions is fixed.
 *
 * <p>Within a block, strips of {@link RegisterTiles#ROWS} keys run over the rows, so vectors run along the rows.
 *
 * @param q [batch, rows, c]
 * @param k [batch, keys, c], rows {@code keyStride} apart
 * @param v [batch, keys, width], rows {@code valueStride} apart
 * @param dy [batch, rows, width]
 * @param stats m and r, [batch, rows, 2]
 * @param delta D, [batch, rows]
 * @param dq [batch, rows, c], or null; added to
 * @param dk [batch, keys, c], or null; added to
 * @param dv [batch, keys, width], or null; added to
 * @param scale σ
 */
record FlashBackward(
        MemorySegment q,
        MemorySegment k,
        MemorySegment v,
        MemorySegment dy,
        MemorySegment stats,
        MemorySegment delta,
        @Nullable MemorySegment dq,
        @Nullable MemorySegment dk,
        @Nullable MemorySegment dv,
        int rows,
        int keys,
        int c,
        int width,
        int keyStride,
        int valueStride,
        float scale) {

    /** Maximum rows per block. Like the next two, a multiple of strips, and of vectors of 16 floats. */
    private static final int MOST_ROWS = 32 * RegisterTiles.ROWS;

    /** Maximum keys per block. */
    private static final int MOST_KEYS = 64 * RegisterTiles.ROWS;

    /** Minimum rows or keys per block. */
    private static final int LEAST = 8 * RegisterTiles.ROWS;

    /** Rows and keys are cut into this many blocks before blocks get larger. */
    private static final int BLOCKS = 10;

    /** Floats of packed rows per block, and twice the floats of packed keys: 512 KB. */
    private static final int MOST_FLOATS = 1 << 17;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    /** A copy that computes these gradients. */
    FlashBackward of(@Nullable MemorySegment dqs, @Nullable MemorySegment dks, @Nullable MemorySegment dvs) {
        return new FlashBackward(
                q, k, v, dy, stats, delta, dqs, dks, dvs, rows, keys, c, width, keyStride, valueStride, scale);
    }

    void run(int batch, Workers workers) {
        int blockRows = blockRows();
        int blockKeys = blockKeys();
        long work = (long) Math.min(rows, blockRows) * Math.min(keys, blockKeys) * (c + width);
        new Turns(Math.ceilDiv(rows, blockRows), Math.ceilDiv(keys, blockKeys))
                .run(batch, Math.max(1, WORTH / Math.max(1, work)), workers, (matrix, down, across) -> {
                    int row = down * blockRows;
                    int key = across * blockKeys;
                    new Block(
                                    this,
                                    matrix * rows + row,
                                    Math.min(blockRows, rows - row),
                                    matrix * keys + key,
                                    Math.min(blockKeys, keys - key))
                            .run();
                });
    }

    /** Rows per block: as many as the caches hold, but few enough to keep many threads busy. */
    private int blockRows() {
        int most = MOST_ROWS;
        while (most > LEAST && ((long) most * 2 * (c + width) > MOST_FLOATS || rows < BLOCKS * most)) {
            most /= 2;
        }
        return most;
    }

    private int blockKeys() {
        int most = MOST_KEYS;
        while (most > LEAST && ((long) most * 2 * c > MOST_FLOATS || keys < BLOCKS * most)) {
            most /= 2;
        }
        return most;
    }

    /** One block. */
    private static final class Block {

        private final FlashBackward of;
        private final long firstRow;
        private final int rows;
        private final long firstKey;
        private final int keys;
        private final FlashWorkspace room = FlashWorkspace.get();
        private final MemorySegment work;
        private final int rowVectors;
        private final float powers;

        // Layout of the work segment, by the index of the first float: s of all keys; p of one strip; m, r and D of all
        // rows; and the rows of k and v that do not fill a strip.
        private final int stride;
        private final long p;
        private final long stats;
        private final long delta;
        private final long restOfKeys;
        private final long restOfValues;

        Block(FlashBackward of, long firstRow, int rows, long firstKey, int keys) {
            this.of = of;
            this.firstRow = firstRow;
            this.rows = rows;
            this.firstKey = firstKey;
            this.keys = keys;
            rowVectors = Packing.vectors(rows);
            powers = FlashRows.powers(of.scale);
            // One spare vector spreads a column of s over many cache lines and gives the last strip of rows room.
            stride = (rowVectors + 1) * Lanes.COUNT;
            p = (long) (keys + RegisterTiles.ROWS) * stride;
            stats = p + (long) RegisterTiles.ROWS * stride;
            delta = stats + 2L * stride;
            restOfKeys = delta + stride;
            restOfValues = restOfKeys + (long) RegisterTiles.ROWS * of.c;
            work = Scratch.get().segment(restOfValues + (long) RegisterTiles.ROWS * of.width);
        }

        void run() {
            Factor queries = Factor.ofLines(of.q, 0, of.c);
            Factor upstream = Factor.ofLines(of.dy, 0, of.width);
            float[] qs = room.pack(FlashWorkspace.Panels.LOGIT, queries, firstRow * of.c, rows, of.c);
            float[] dys = of.dq != null || of.dk != null
                    ? room.pack(FlashWorkspace.Panels.SLOPE, upstream, firstRow * of.width, rows, of.width)
                    : null;
            float[] qRows = of.dk == null ? null : rows(FlashWorkspace.Panels.QUERY, of.q, firstRow, of.c, of.c, rows);
            float[] dyRows =
                    of.dv == null ? null : rows(FlashWorkspace.Panels.VALUE, of.dy, firstRow, of.width, of.width, rows);
            copyRest();
            for (int i = 0; i < keys; i += RegisterTiles.ROWS) {
                int height = Math.min(RegisterTiles.ROWS, keys - i);
                weights(i, height, qs, dys);
                if (of.dk != null && qRows != null) {
                    add(of.dk, firstKey + i, height, of.c, work, (long) i * stride, stride, 1, qRows, rows, of.scale);
                }
                if (of.dv != null && dyRows != null) {
                    add(of.dv, firstKey + i, height, of.width, work, p, stride, 1, dyRows, rows, 1f);
                }
            }
            if (of.dq != null) {
                float[] ks = rows(FlashWorkspace.Panels.KEY, of.k, firstKey, of.keyStride, of.c, keys);
                for (int i = 0; i < rows; i += RegisterTiles.ROWS) {
                    int height = Math.min(RegisterTiles.ROWS, rows - i);
                    add(of.dq, firstRow + i, height, of.c, work, i, 1, stride, ks, keys, of.scale);
                }
            }
        }

        private float[] rows(
                FlashWorkspace.Panels which, MemorySegment x, long first, int stride, int cols, int count) {
            Factor factor = Factor.ofTerms(x, 0, stride, count, 1, count);
            return room.pack(which, factor, first * stride, cols, count);
        }

        private void copyRest() {
            int left = keys % RegisterTiles.ROWS;
            long key = firstKey + keys - left;
            for (int i = 0; i < left; i++) {
                Lanes.copy(of.k, (key + i) * of.keyStride, work, restOfKeys + (long) i * of.c, of.c);
                Lanes.copy(of.v, (key + i) * of.valueStride, work, restOfValues + (long) i * of.width, of.width);
            }
            Lanes.fill(work, stats, 3 * stride, 0f);
            for (int i = 0; i < rows; i++) {
                Lanes.set(work, stats + i, Lanes.get(of.stats, 2 * (firstRow + i)));
                Lanes.set(work, stats + stride + i, Lanes.get(of.stats, 2 * (firstRow + i) + 1));
                Lanes.set(work, delta + i, Lanes.get(of.delta, firstRow + i));
            }
        }

        /** p and s of one strip of keys. */
        private void weights(int i, int height, float[] qs, float @Nullable [] dys) {
            boolean whole = height == RegisterTiles.ROWS;
            MemorySegment k = whole ? of.k : work;
            MemorySegment v = whole ? of.v : work;
            long inK = whole ? (firstKey + i) * of.keyStride : restOfKeys;
            long inV = whole ? (firstKey + i) * of.valueStride : restOfValues;
            int lineOfK = whole ? of.keyStride : of.c;
            int lineOfV = whole ? of.valueStride : of.width;
            float[] tile = Scratch.get().tile();
            for (int w = 0; w < rowVectors; ) {
                int wide = RegisterTiles.width(rowVectors - w);
                int first = w * Lanes.COUNT;
                int length = wide * Lanes.COUNT;
                RegisterTiles.multiply(wide, k, inK, lineOfK, 1, qs, first * of.c, of.c, tile);
                FlashRows.weights(tile, length, powers, work, stats + first, p + first, stride);
                if (dys != null) {
                    RegisterTiles.multiply(wide, v, inV, lineOfV, 1, dys, first * of.width, of.width, tile);
                    long inS = (long) i * stride + first;
                    FlashRows.slopes(tile, length, work, delta + first, p + first, inS, stride);
                }
                w += wide;
            }
        }

        /** Adds the product of a strip's weights and a panel to the strip's gradient. */
        private void add(
                MemorySegment d,
                long row,
                int height,
                int cols,
                MemorySegment a,
                long at,
                long line,
                long step,
                float[] panels,
                int length,
                float scale) {
            int vectors = Packing.vectors(cols);
            float[] tile = Scratch.get().tile();
            for (int w = 0; w < vectors; ) {
                int wide = RegisterTiles.width(vectors - w);
                int first = w * Lanes.COUNT;
                RegisterTiles.multiply(wide, a, at, line, step, panels, first * length, length, tile);
                int filled = Math.min(wide * Lanes.COUNT, cols - first);
                for (int r = 0; r < height; r++) {
                    FlashRows.add(tile, r * RegisterTiles.WIDTH, filled, scale, d, (row + r) * cols + first);
                }
                w += wide;
            }
        }
    }
}
