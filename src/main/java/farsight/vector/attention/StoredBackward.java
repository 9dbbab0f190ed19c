package farsight.vector.attention;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Strips;
import farsight.vector.Workers;
import farsight.vector.attention.L2ReluWorkspace.Use;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of attention whose weights P are stored, by blocks of rows × keys. P is read once, and the gradients of
 * the logits, S = σ·P∘(dY·Vᵀ − D), are not stored.
 *
 * <p>Blocks run in {@link Turns}: no two threads add to the same element at once, and the order of additions is fixed.
 * Within a block, vectors run along the keys, as the rows of P do: {@link #LONG} rows at a
 * time, a few vectors of keys per panel.
 *
 * @param q [batch, rows, c]
 * @param k [batch, keys, c]
 * @param v [batch, keys, width]
 * @param p P, [batch, rows, keys]
 * @param dy [batch, rows, width]
 * @param delta D, [batch, rows]
 * @param dq [batch, rows, c], or null; added to
 * @param dk [batch, keys, c], or null; added to
 * @param dv [batch, keys, width], or null; added to
 * @param scale σ
 */
record StoredBackward(
        MemorySegment q,
        MemorySegment k,
        MemorySegment v,
        MemorySegment p,
        MemorySegment dy,
        MemorySegment delta,
        @Nullable MemorySegment dq,
        @Nullable MemorySegment dk,
        @Nullable MemorySegment dv,
        int rows,
        int keys,
        int c,
        int width,
        float scale) {

    /** Rows whose weights are held at a time. */
    private static final int LONG = 64;

    /** Maximum rows per block: enough to make adding to dk and dv cheap. */
    private static final int MOST_ROWS = 512;

    /** Maximum keys per block: half a page of a row of P. */
    private static final int MOST_KEYS = 512;

    /** Minimum rows or keys per block. */
    private static final int LEAST = 64;

    /** Rows and keys are cut into this many blocks before blocks get larger. */
    private static final int BLOCKS = 10;

    /** Floats of a block's packed keys and values, and of their sums. */
    private static final int MOST_FLOATS = 1 << 17;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    /** A copy that computes these gradients. */
    StoredBackward of(@Nullable MemorySegment dqs, @Nullable MemorySegment dks, @Nullable MemorySegment dvs) {
        return new StoredBackward(q, k, v, p, dy, delta, dqs, dks, dvs, rows, keys, c, width, scale);
    }

    void run(int batch, Workers workers) {
        int blockRows = length(rows, MOST_ROWS);
        int most = MOST_FLOATS / (c + width) / LEAST * LEAST;
        int blockKeys = length(keys, Math.clamp(most, LEAST, MOST_KEYS));
        long work = (long) Math.min(rows, blockRows) * Math.min(keys, blockKeys) * (2L * (c + width));
        new Turns(Math.ceilDiv(rows, blockRows), Math.ceilDiv(keys, blockKeys))
                .run(batch, Math.max(1, WORTH / Math.max(1, work)), workers, (matrix, down, across) -> {
                    int row = down * blockRows;
                    int key = across * blockKeys;
                    new Block(this, matrix, row, Math.min(blockRows, rows - row), key, Math.min(blockKeys, keys - key))
                            .run();
                });
    }

    /** The length of a block: few enough for many threads. */
    private static int length(int all, int most) {
        int length = most;
        while (length > LEAST && all < BLOCKS * length) {
            length /= 2;
        }
        return length;
    }

    /** One block. */
    private static final class Block {

        private final StoredBackward of;
        private final long firstRow;
        private final int count;
        private final long firstKey;
        private final long firstWeight;
        private final int keys;
        private final int padded;
        private final L2ReluWorkspace room = L2ReluWorkspace.get();
        private final float[] valuePanels;
        private final float @Nullable [] keyRows;
        private final float @Nullable [] keySums;
        private final float @Nullable [] valueSums;
        private final float[] part;

        Block(StoredBackward of, long matrix, int row, int count, int key, int keys) {
            this.of = of;
            this.count = count;
            this.keys = keys;
            firstRow = matrix * of.rows + row;
            firstKey = matrix * of.keys + key;
            firstWeight = firstRow * of.keys + key;
            padded = L2ReluWorkspace.wide(keys);
            Factor values = Factor.ofLines(of.v, 0, of.width);
            valuePanels = room.panels(Use.PANELS, values, firstKey * of.width, keys, of.width);
            keyRows = of.dq == null ? null : room.rows(Use.ROWS, of.k, firstKey * of.c, keys, of.c);
            keySums = of.dk == null ? null : room.zeros(Use.SUMS, padded * L2ReluWorkspace.high(of.c));
            valueSums = of.dv == null ? null : room.zeros(Use.SECOND_SUMS, padded * L2ReluWorkspace.high(of.width));
            int widest = Math.max(3 * COUNT, L2ReluWorkspace.wide(of.c));
            part = room.floats(Use.PART, Strips.ROWS * widest);
        }

        void run() {
            for (int start = 0; start < count; start += LONG) {
                rows(firstRow + start, firstWeight + (long) start * of.keys, Math.min(LONG, count - start));
            }
            float[] ones = room.floats(Use.SQUARES, padded);
            Arrays.fill(ones, 0, padded, 1f);
            if (of.dk != null && keySums != null) {
                L2ReluRows.turnAll(keySums, ones, room.tile(), of.dk, firstKey * of.c, keys, of.c, true);
            }
            if (of.dv != null && valueSums != null) {
                L2ReluRows.turnAll(valueSums, ones, room.tile(), of.dv, firstKey * of.width, keys, of.width, true);
            }
        }

        /** The contribution of some rows. */
        private void rows(long row, long inWeights, int n) {
            int strips = Math.ceilDiv(n, Strips.ROWS);
            int vectors = padded / COUNT;
            float[][] upstream = room.strips(Use.STRIPS, of.dy, row * of.width, n, of.width);
            float[][] slopes = room.strips(Use.SLOPE_PANELS, vectors, LONG * 3 * COUNT);
            float[][] weights = room.strips(Use.WEIGHT_PANELS, vectors, LONG * 3 * COUNT);
            float[][] whole = room.strips(Use.SLOPES, LONG / Strips.ROWS, Strips.ROWS * padded);
            for (int w = 0, panel = 0; w < vectors; panel++) {
                int wide = Strips.width(vectors - w);
                L2ReluRows.product(
                        upstream, strips, of.width, valuePanels, padded, w * COUNT, wide, slopes[panel], part);
                w += wide;
            }
            part[0] = touched(inWeights, n);
            for (int i = 0; i < n; i++) {
                float d = Lanes.get(of.delta, row + i);
                float[] to = whole[i / Strips.ROWS];
                slopes(inWeights + (long) i * of.keys, i, d, slopes, weights, to, i % Strips.ROWS * padded);
            }
            if (keySums != null) {
                sum(room.columns(Use.COLUMNS, of.q, row * of.c, n, of.c), of.c, n, slopes, keySums);
            }
            if (valueSums != null) {
                sum(room.columns(Use.COLUMNS, of.dy, row * of.width, n, of.width), of.width, n, weights, valueSums);
            }
            if (of.dq != null && keyRows != null) {
                add(of.dq, keyRows, whole, row, n);
            }
        }

        /**
         * Reads a number of every cache line of some rows of P. Loads that are so close to each other wait for memory
         * together; a row of {@link #slopes} alone has too few.
         */
        private float touched(long at, int n) {
            float sum = 0f;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < keys; j += LINE) {
                    sum += Lanes.get(of.p, at + (long) i * of.keys + j);
                }
            }
            return sum;
        }

        /**
         * p and s = σ·p·(g − D) in one row of all panels, s also in a whole row; 0 beyond the last key.
         *
         * @param slopes hold g, receive s
         */
        private void slopes(long at, int row, float d, float[][] slopes, float[][] weights, float[] whole, int to) {
            for (int j = 0, panel = 0; j < padded; panel++) {
                int across = Strips.width((padded - j) / COUNT) * COUNT;
                int filled = Math.min(across, keys - j);
                panel(of.p, at + j, slopes[panel], weights[panel], row * across, filled, d, of.scale, whole, to + j);
                j += across;
            }
        }

        private static void panel(
                MemorySegment p,
                long at,
                float[] slopes,
                float[] weights,
                int from,
                int filled,
                float d,
                float scale,
                float[] whole,
                int to) {
            int full = (int) Lanes.whole(filled);
            for (int x = 0; x < full; x += COUNT) {
                FloatVector weight = fromMemorySegment(SPECIES, p, bytes(at + x), ORDER);
                FloatVector slope = fromArray(SPECIES, slopes, from + x).sub(d).mul(weight.mul(scale));
                weight.intoArray(weights, from + x);
                slope.intoArray(slopes, from + x);
                slope.intoArray(whole, to + x);
            }
            if (full < filled) {
                VectorMask<Float> tail = Lanes.tail(filled);
                FloatVector weight = fromMemorySegment(SPECIES, p, bytes(at + full), ORDER, tail);
                FloatVector slope =
                        fromArray(SPECIES, slopes, from + full, tail).sub(d).mul(weight.mul(scale));
                weight.intoArray(weights, from + full);
                FloatVector inside = FloatVector.zero(SPECIES).blend(slope, tail);
                inside.intoArray(slopes, from + full);
                inside.intoArray(whole, to + full);
            }
        }

        /** Adds to the sums over the rows. */
        private void sum(float[][] columns, int high, int n, float[][] panels, float[] sums) {
            int vectors = padded / COUNT;
            for (int w = 0, panel = 0; w < vectors; panel++) {
                int wide = Strips.width(vectors - w);
                int across = wide * COUNT;
                int first = w * COUNT * L2ReluWorkspace.high(high);
                for (int s = 0; s * Strips.ROWS < high; s++) {
                    Strips.multiply(wide, columns[s], n, panels[panel], 0, part, 0, across);
                    L2ReluRows.add(part, sums, first + s * Strips.ROWS * across, Strips.ROWS * across);
                }
                w += wide;
            }
        }

        /** Adds to the gradient of the rows' queries. */
        private void add(MemorySegment gradient, float[] panels, float[][] strips, long row, int n) {
            int stride = L2ReluWorkspace.wide(of.c);
            for (int i = 0; i < n; i += Strips.ROWS) {
                for (int w = 0; w < stride / COUNT; ) {
                    int wide = Strips.width(stride / COUNT - w);
                    int first = w * COUNT;
                    Strips.multiply(wide, strips[i / Strips.ROWS], padded, panels, first * padded, part, first, stride);
                    w += wide;
                }
                for (int r = 0; r < Math.min(Strips.ROWS, n - i); r++) {
                    FlashRows.add(part, r * stride, of.c, 1f, gradient, (row + i + r) * of.c);
                }
            }
        }
    }
}
