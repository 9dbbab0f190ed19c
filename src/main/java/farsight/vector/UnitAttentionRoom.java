package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.Transposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Room that a thread keeps for {@link UnitAttention}: what a block of rows and of keys needs. It grows to what the largest
 * operation needed: 0.1 MB for 16 channels, 1 MB for 512, and beyond that in proportion to the channels.
 */
final class UnitAttentionRoom {

    /** Terms of q·k that are summed before their sum is added to the total. */
    static final int TERMS = 256;

    private static final int WIDEST = 3 * Lanes.COUNT;

    private static final ThreadLocal<UnitAttentionRoom> OF_THREAD = ThreadLocal.withInitial(UnitAttentionRoom::new);

    private final float[] weights = new float[UnitAttention.KEYS * WIDEST];
    private final float[] part = new float[Strips.ROWS * WIDEST];
    private final float[] tile = new float[SIDE * SIDE];
    private float[] queries = new float[0];
    private float[] squares = new float[0];
    private float[] sums = new float[0];
    private float[][] keys = new float[0][];
    private float[][] values = new float[0][];

    private UnitAttentionRoom() {}

    static UnitAttentionRoom get() {
        return OF_THREAD.get();
    }

    /** Room for the weights of a panel of rows. */
    float[] weights() {
        return weights;
    }

    /** Room for a strip of a product. */
    float[] part() {
        return part;
    }

    /** Room for a square tile. */
    float[] tile() {
        return tile;
    }

    /** Zeros, one a row. */
    float[] squares(int rows) {
        squares = zeros(squares, rows);
        return squares;
    }

    /** So many zeros. */
    float[] sums(int floats) {
        sums = zeros(sums, floats);
        return sums;
    }

    private static float[] zeros(float[] kept, int floats) {
        if (kept.length < floats) {
            return new float[floats];
        }
        Arrays.fill(kept, 0, floats, 0f);
        return kept;
    }

    /** Rows of q as panels for {@link Strips}, {@link #TERMS} terms after the other. */
    float[] queries(Factor q, long at, int count, int c) {
        int padded = Packing.vectors(count) * Lanes.COUNT;
        if (queries.length < padded * c) {
            queries = new float[padded * c];
        }
        for (int p = 0; p < c; p += TERMS) {
            int length = Math.min(TERMS, c - p);
            Packing.panels(q, at + p, count, length, Strips::width, queries, padded * p);
        }
        return queries;
    }

    /**
     * Rows of k as strips for {@link Strips}, all of them for the first {@link #TERMS} terms, then for the next. Beyond the
     * last row they are 0.
     */
    float[][] keys(MemorySegment k, long at, int n, int c) {
        int high = Math.ceilDiv(n, Strips.ROWS);
        keys = grown(keys, Math.ceilDiv(c, TERMS) * high, Strips.ROWS * Math.min(c, TERMS));
        for (int p = 0, t = 0; p < c; p += TERMS, t++) {
            int length = Math.min(TERMS, c - p);
            for (int j = 0; j < high * Strips.ROWS; j++) {
                float[] strip = keys[t * high + j / Strips.ROWS];
                int to = j % Strips.ROWS * length;
                if (j < n) {
                    Lanes.read(k, at + (long) j * c + p, strip, to, length);
                } else {
                    Arrays.fill(strip, to, to + length, 0f);
                }
            }
        }
        return keys;
    }

    /** Columns of v as strips for {@link Strips}, turned a square tile after the other. Beyond the last they hold anything. */
    float[][] values(MemorySegment v, long at, int n, int width) {
        int high = Math.ceilDiv(width, Strips.ROWS);
        values = grown(values, high, Strips.ROWS * UnitAttention.KEYS);
        for (int i = 0; i < width; i += SIDE) {
            int columns = Math.min(SIDE, width - i);
            VectorMask<Float> across = SPECIES.indexInRange(0, columns);
            for (int j = 0; j < n; j += SIDE) {
                int rows = Math.min(SIDE, n - j);
                VectorMask<Float> down = SPECIES.indexInRange(0, rows);
                for (int r = 0; r < rows; r++) {
                    FloatVector row =
                            fromMemorySegment(SPECIES, v, bytes(at + (long) (j + r) * width + i), ORDER, across);
                    row.intoArray(tile, r * SIDE);
                }
                Transposition.transpose(tile, 0);
                for (int r = 0; r < columns; r++) {
                    float[] strip = values[(i + r) / Strips.ROWS];
                    fromArray(SPECIES, tile, r * SIDE).intoArray(strip, (i + r) % Strips.ROWS * n + j, down);
                }
            }
        }
        return values;
    }

    private static float[][] grown(float[][] kept, int strips, int floats) {
        if (kept.length >= strips && kept[0].length >= floats) {
            return kept;
        }
        int most = Math.max(kept.length, strips);
        return new float[most][Math.max(floats, kept.length == 0 ? 0 : kept[0].length)];
    }
}
