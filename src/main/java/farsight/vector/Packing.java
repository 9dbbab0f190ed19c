package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.TileTransposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Copies parts of A and B into the order in which {@link RegisterTiles} and {@link Strips} read them. */
public final class Packing {

    private static final boolean TILE_FITS_VECTOR = Lanes.COUNT >= RegisterTiles.ROWS;

    private static final VectorMask<Float> TILE_ROWS =
            Lanes.SPECIES.indexInRange(0, Math.min(RegisterTiles.ROWS, Lanes.COUNT));

    private Packing() {}

    /**
     * A stretch of B as panels, each contiguous and as wide as a tile, one after the other: panel[p, j]. The last
     * vector is padded with 0.
     *
     * @param at index in B of the first element
     * @param columns columns of B
     * @param length terms of the sum
     * @param widths vectors of the next tile, by the number of vectors left
     */
    public static void panels(Factor b, long at, int columns, int length, IntUnaryOperator widths, float[] panels) {
        panels(b, at, columns, length, widths, panels, 0);
    }

    /** A stretch of B as panels, from an index of {@code panels}. */
    public static void panels(
            Factor b, long at, int columns, int length, IntUnaryOperator widths, float[] panels, int begin) {
        if (b.line() == 1) {
            rows(b.floats(), at, b.step(), columns, length, widths, panels, begin);
            return;
        }
        int vectors = vectors(columns);
        for (int v = 0; v < vectors; ) {
            int width = widths.applyAsInt(vectors - v);
            int first = v * Lanes.COUNT;
            int wanted = width * Lanes.COUNT;
            int filled = Math.min(wanted, columns - first);
            columns(
                    b.floats(),
                    at + first * b.line(),
                    b.line(),
                    filled,
                    wanted,
                    length,
                    panels,
                    begin + first * length);
            v += width;
        }
    }

    /** The number of vectors that hold {@code columns} columns. */
    public static int vectors(int columns) {
        return (columns + Lanes.COUNT - 1) / Lanes.COUNT;
    }

    /** Panels of a B whose rows are contiguous, row by row: rows may lie in a page each, which is expensive to enter. */
    private static void rows(
            MemorySegment b,
            long at,
            long step,
            int columns,
            int length,
            IntUnaryOperator widths,
            float[] panels,
            int begin) {
        int vectors = vectors(columns);
        int whole = columns / Lanes.COUNT;
        int[] to = new int[vectors];
        int[] next = new int[vectors];
        for (int v = 0; v < vectors; ) {
            int width = widths.applyAsInt(vectors - v);
            for (int i = 0; i < width; i++) {
                to[v + i] = begin + (v * length + i) * Lanes.COUNT;
                next[v + i] = width * Lanes.COUNT;
            }
            v += width;
        }
        VectorMask<Float> tail = Lanes.tail(columns);
        for (int p = 0; p < length; p++) {
            long from = at + p * step;
            for (int v = 0; v < whole; v++) {
                fromMemorySegment(SPECIES, b, bytes(from + (long) v * Lanes.COUNT), ORDER)
                        .intoArray(panels, to[v] + p * next[v]);
            }
            if (whole < vectors) {
                fromMemorySegment(SPECIES, b, bytes(from + (long) whole * Lanes.COUNT), ORDER, tail)
                        .intoArray(panels, to[whole] + p * next[whole]);
            }
        }
    }

    private static void columns(
            MemorySegment b, long at, long line, int filled, int wanted, int length, float[] panel, int to) {
        float[] tile = Scratch.get().tile();
        for (int j = 0; j < filled; j += SIDE) {
            int lines = Math.min(SIDE, filled - j);
            VectorMask<Float> mask = SPECIES.indexInRange(0, lines);
            for (int p = 0; p < length; p += SIDE) {
                int terms = Math.min(SIDE, length - p);
                for (int i = 0; i < lines; i++) {
                    long from = bytes(at + (j + i) * line + p);
                    if (terms == SIDE) {
                        fromMemorySegment(SPECIES, b, from, ORDER).intoArray(tile, i * SIDE);
                    } else {
                        fromMemorySegment(SPECIES, b, from, ORDER, Lanes.tail(terms))
                                .intoArray(tile, i * SIDE);
                    }
                }
                TileTransposition.transpose(tile, 0);
                for (int i = 0; i < terms; i++) {
                    fromArray(SPECIES, tile, i * SIDE, mask).intoArray(panel, to + (p + i) * wanted + j);
                }
            }
        }
    }

    /**
     * Rows of A as strips, each contiguous and as high as a tile, one after the other: strip[p, i]. The last strip is
     * padded with 0.
     *
     * @param at index in A of the first element
     * @param rows rows of A
     * @param length terms of the sum
     */
    static void strips(Factor a, long at, int rows, int length, MemorySegment strips) {
        int whole = a.line() == 1 && TILE_FITS_VECTOR ? rows / RegisterTiles.ROWS : 0;
        for (int p = 0; p < length && whole > 0; p++) {
            long from = at + p * a.step();
            // A vector is longer than a row of the strip; the next row overwrites the excess.
            for (int s = 0; s < whole; s++) {
                FloatVector v = fromMemorySegment(
                        SPECIES, a.floats(), bytes(from + (long) s * RegisterTiles.ROWS), ORDER, TILE_ROWS);
                v.intoMemorySegment(strips, bytes(((long) s * length + p) * RegisterTiles.ROWS), ORDER, TILE_ROWS);
            }
        }
        for (int i = whole * RegisterTiles.ROWS; i < rows; i += RegisterTiles.ROWS) {
            strip(a, at + i * a.line(), Math.min(RegisterTiles.ROWS, rows - i), length, strips, (long) i * length);
        }
    }

    private static void strip(Factor a, long at, int rows, int length, MemorySegment strips, long to) {
        for (int r = 0; r < RegisterTiles.ROWS; r++) {
            for (int p = 0; p < length; p++) {
                float v = r < rows ? Lanes.get(a.floats(), at + r * a.line() + p * a.step()) : 0f;
                Lanes.set(strips, to + (long) p * RegisterTiles.ROWS + r, v);
            }
        }
    }
}
