package farsight.vector.attention;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.TileTransposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.Strips;
import farsight.vector.TileTransposition;
import farsight.vector.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * A thread's workspace for {@link L2ReluForward} and {@link L2ReluBackward}. It grows to the needs of the largest
 * operation: forward 0.1 MB for 16 channels and 1 MB for 512. The backward pass also needs the whole shorter side three
 * times, packed in different ways, and its sums: 0.1 MB for 100 latent nodes of 16 channels and 2 MB for 150 of 512.
 */
final class L2ReluWorkspace {

    /** Terms of q·k that are summed before their sum is added to the total. */
    static final int TERMS = 256;

    private static final float[][] NONE = {};
    private static final int WIDEST = 3 * Lanes.COUNT;

    /** The purposes of the workspace's arrays; the backward pass has two of most. */
    enum Use {
        /** q, or the short side's first operand, as panels. */
        PANELS,
        /** The short side's second operand as panels. */
        SECOND_PANELS,
        /** The short side's first operand row by row. */
        ROWS,
        /** The short side's second operand row by row. */
        SECOND_ROWS,
        /** k, or the long side's first operand, as strips. */
        STRIPS,
        /** The long side's second operand as strips. */
        SECOND_STRIPS,
        /** Columns of v, or of the long side's first operand, as strips. */
        COLUMNS,
        /** Columns of the long side's second operand, as strips. */
        SECOND_COLUMNS,
        /** One number per row. */
        SQUARES,
        /** Another number per row. */
        SECOND_SQUARES,
        /** Sums for the short side's first operand. */
        SUMS,
        /** Sums for the short side's second operand. */
        SECOND_SUMS,
        /** The weights' gradients of a block, row by row. */
        SLOPES,
        /** The weights of a block, row by row. */
        WEIGHTS,
        /** A strip of the long side's gradient. */
        PART,
        /** Stored weights of a block, panel by panel. */
        WEIGHT_PANELS,
        /** The gradients of stored weights, then of their logits, panel by panel. */
        SLOPE_PANELS
    }

    private static final ThreadLocal<L2ReluWorkspace> OF_THREAD = ThreadLocal.withInitial(L2ReluWorkspace::new);

    private final float[] weights = new float[L2ReluForward.KEYS * WIDEST];
    private final float[] part = new float[Strips.ROWS * WIDEST];
    private final float[] tile = new float[SIDE * SIDE];
    private final float[] slopes = new float[L2ReluForward.KEYS * WIDEST];
    private final Workspace<Use> floats = new Workspace<>(Use.class);
    private final Map<Use, float[][]> strips = new EnumMap<>(Use.class);

    private L2ReluWorkspace() {}

    static L2ReluWorkspace get() {
        return OF_THREAD.get();
    }

    /** Workspace for the weights of a panel of rows. */
    float[] weights() {
        return weights;
    }

    /** Workspace for the slopes of a panel of rows. */
    float[] slopes() {
        return slopes;
    }

    /** Workspace for a strip of a product. */
    float[] part() {
        return part;
    }

    /** Workspace for a square tile. */
    float[] tile() {
        return tile;
    }

    /** {@code count} zeros. */
    float[] zeros(Use use, int count) {
        float[] kept = floats(use, count);
        Arrays.fill(kept, 0, count, 0f);
        return kept;
    }

    /** At least {@code count} floats, with arbitrary contents. */
    float[] floats(Use use, int count) {
        return floats.of(use, count);
    }

    /** Rows of q as panels for {@link Strips}, by stretches of {@link #TERMS} terms. */
    float[] panels(Use use, Factor q, long at, int count, int c) {
        int padded = Packing.vectors(count) * Lanes.COUNT;
        float[] panels = floats(use, padded * c);
        for (int p = 0; p < c; p += TERMS) {
            int length = Math.min(TERMS, c - p);
            Packing.panels(q, at + p, count, length, Strips::width, panels, padded * p);
        }
        return panels;
    }

    /**
     * Rows of k as strips for {@link Strips}, all rows for the first {@link #TERMS} terms, then for the next. Rows
     * beyond the last are 0.
     */
    float[][] strips(Use use, MemorySegment k, long at, int n, int c) {
        int high = Math.ceilDiv(n, Strips.ROWS);
        float[][] keys = strips(use, Math.ceilDiv(c, TERMS) * high, Strips.ROWS * Math.min(c, TERMS));
        for (int p = 0, t = 0; p < c; p += TERMS, t++) {
            int length = Math.min(TERMS, c - p);
            for (int s = 0; s < high; s++) {
                strip(
                        k,
                        at + (long) s * Strips.ROWS * c + p,
                        Math.min(Strips.ROWS, n - s * Strips.ROWS),
                        c,
                        length,
                        keys[t * high + s]);
            }
        }
        return keys;
    }

    /** Copies some terms of some rows, one row after the other. */
    private static void strip(MemorySegment k, long at, int rows, int c, int length, float[] strip) {
        if (length == c) { // already contiguous
            Lanes.read(k, at, strip, 0, rows * c);
        } else {
            for (int r = 0; r < rows; r++) {
                Lanes.read(k, at + (long) r * c, strip, r * length, length);
            }
        }
        Arrays.fill(strip, rows * length, Strips.ROWS * length, 0f);
    }

    /**
     * Columns of v as strips for {@link Strips}, transposed by square tiles. Columns beyond the last have arbitrary
     * contents.
     */
    float[][] columns(Use use, MemorySegment v, long at, int n, int width) {
        int high = Math.ceilDiv(width, Strips.ROWS);
        float[][] values = strips(use, high, Strips.ROWS * L2ReluForward.KEYS);
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
                TileTransposition.transpose(tile, 0);
                for (int r = 0; r < columns; r++) {
                    float[] strip = values[(i + r) / Strips.ROWS];
                    fromArray(SPECIES, tile, r * SIDE).intoArray(strip, (i + r) % Strips.ROWS * n + j, down);
                }
            }
        }
        return values;
    }

    /** The number of columns, rounded up to whole strips. */
    static int high(int columns) {
        return Math.ceilDiv(columns, Strips.ROWS) * Strips.ROWS;
    }

    /** The number of columns, rounded up to whole vectors. */
    static int wide(int columns) {
        return Packing.vectors(columns) * Lanes.COUNT;
    }

    /**
     * Rows as panels of columns, the second factor of a product with one term per row; 0 beyond the last row and
     * column.
     */
    float[] rows(Use use, MemorySegment b, long at, int count, int columns) {
        int padded = wide(count);
        float[] rows = zeros(use, padded * wide(columns));
        for (int w = 0; w < Packing.vectors(columns); ) {
            int vectors = Strips.width(Packing.vectors(columns) - w);
            int first = w * Lanes.COUNT;
            int across = vectors * Lanes.COUNT;
            for (int j = 0; j < count; j++) {
                int length = Math.min(across, columns - first);
                Lanes.read(b, at + (long) j * columns + first, rows, first * padded + j * across, length);
            }
            w += vectors;
        }
        return rows;
    }

    /** At least {@code count} strips of at least {@code length} floats, with arbitrary contents. */
    float[][] strips(Use use, int count, int length) {
        float[][] kept = strips.getOrDefault(use, NONE);
        if (kept.length < count || kept[0].length < length) {
            kept = new float[Math.max(count, kept.length)][Math.max(length, kept.length == 0 ? 0 : kept[0].length)];
            strips.put(use, kept);
        }
        return kept;
    }
}
