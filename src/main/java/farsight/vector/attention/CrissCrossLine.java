package farsight.vector.attention;

import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.Product;
import farsight.vector.RegisterTiles;
import farsight.vector.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.VectorMask;

/**
 * One row or column of a grid, with its part of the weights A [N, L] of {@code farsight.kernel.CrissCrossKernels}: the
 * matrix M whose element (i, t) weighs the line's position t for its position i. A position's own weight stands in its
 * row, so a column's M has a zero diagonal, and its terms after the diagonal lie one place nearer to the start.
 *
 * <p>Products go tile by tile as in {@link Product}. M is read where it lies but for the square on the diagonal, which
 * is copied.
 *
 * @param first the line's first position, over the whole batch
 * @param next from one position of the line to the next
 * @param length positions of the line
 * @param count L, weights per position
 * @param place of the line's first weight among the L of a position
 * @param column whether the line is a column
 * @param channels floats per position
 */
record CrissCrossLine(long first, long next, int length, int count, int place, boolean column, int channels) {

    private static final int ROWS = RegisterTiles.ROWS;

    /** Channels of a panel: with {@link Product#DEPTH} terms they fit the L2 cache. */
    private static final int COLUMNS = 128;

    /** Row {@code i} of the batch's grids, counted over all of them. */
    static CrissCrossLine row(long i, int height, int width, int channels) {
        return new CrissCrossLine(i * width, 1, width, height + width - 1, 0, false, channels);
    }

    /** Column {@code j} of the batch's grids, counted over all of them. */
    static CrissCrossLine column(long j, int height, int width, int channels) {
        long first = j / width * height * width + j % width;
        return new CrissCrossLine(first, width, height, height + width - 1, width, true, channels);
    }

    /** Index in A of M's element (i, t), which is not on a column's diagonal. */
    private long weight(int i, int t) {
        return (first + i * next) * count + place + (column && t > i ? t - 1 : t);
    }

    /** Index of a position's first channel. */
    private long at(int i) {
        return (first + i * next) * channels;
    }

    /** First row of the tile for row i; the last tile overlaps the one before. */
    private int start(int i) {
        return Math.max(0, Math.min(i, length - ROWS));
    }

    /** M = Q·Kᵀ, or M += that. */
    void products(MemorySegment q, MemorySegment k, MemorySegment e, boolean accumulate) {
        Scratch scratch = Scratch.get();
        int vectors = Packing.vectors(length);
        for (int c = 0; c < channels; c += Product.DEPTH) {
            int terms = Math.min(Product.DEPTH, channels - c);
            float[] panels = scratch.heap(terms * vectors * Lanes.COUNT);
            Factor keys = new Factor(k, 0, next * channels, 1, terms, 1, terms);
            Packing.panels(keys, at(0) + c, length, terms, RegisterTiles::width, panels);
            for (int i = 0; i < length; i += ROWS) {
                int top = start(i);
                int rows = Math.min(ROWS, length - top);
                MemorySegment strip = rows < ROWS ? padded(q, top, rows, c, terms, scratch) : q;
                long from = rows < ROWS ? 0 : at(top) + c;
                long line = rows < ROWS ? terms : next * channels;
                for (int v = 0; v < vectors; ) {
                    int width = RegisterTiles.width(vectors - v);
                    int t = v * Lanes.COUNT;
                    float[] tile = scratch.tile();
                    RegisterTiles.multiply(width, strip, from, line, 1, panels, t * terms, terms, tile);
                    settle(tile);
                    int end = Math.min(length, t + width * Lanes.COUNT);
                    for (int r = i - top; r < rows; r++) {
                        storeWeights(tile, r * RegisterTiles.WIDTH, e, top + r, t, end, accumulate || c > 0);
                    }
                    v += width;
                }
            }
        }
    }

    /** Fewer rows than a tile has, with zeros for the others. */
    private MemorySegment padded(MemorySegment q, int top, int rows, int c, int terms, Scratch scratch) {
        MemorySegment strip = scratch.segment((long) ROWS * terms);
        for (int r = 0; r < ROWS; r++) {
            for (int p = 0; p < terms; p++) {
                Lanes.set(strip, (long) r * terms + p, r < rows ? Lanes.get(q, at(top + r) + c + p) : 0f);
            }
        }
        return strip;
    }

    /** Stores M's elements (i, start) to (i, end − 1) from a row of a tile. */
    private void storeWeights(float[] tile, int from, MemorySegment e, int i, int start, int end, boolean add) {
        int diagonal = column ? Math.clamp(i, start, end) : end;
        store(tile, from, e, weight(i, start), diagonal - start, add);
        if (diagonal < end) {
            int after = diagonal == i ? i + 1 : diagonal;
            store(tile, from + after - start, e, weight(i, after), end - after, add);
        }
    }

    /**
     * Y = M·V, or Y += that.
     *
     * @param transposed whether Mᵀ takes the place of M
     */
    void sums(MemorySegment a, boolean transposed, MemorySegment v, MemorySegment y, boolean accumulate) {
        Scratch scratch = Scratch.get();
        for (int c = 0; c < channels; c += COLUMNS) {
            int columns = Math.min(COLUMNS, channels - c);
            for (int begin = 0; begin < length; begin += Product.DEPTH) {
                int terms = Math.min(Product.DEPTH, length - begin);
                float[] panels = scratch.heap(terms * Packing.vectors(columns) * Lanes.COUNT);
                Factor values = new Factor(v, 0, 1, next * channels, terms, 1, terms);
                Packing.panels(values, at(begin) + c, columns, terms, RegisterTiles::width, panels);
                Stretch stretch = new Stretch(a, transposed, panels, begin, begin + terms, scratch);
                for (int i = 0; i < length; i += ROWS) {
                    strip(stretch, start(i), i - start(i), c, columns, y, accumulate || begin > 0);
                }
            }
        }
    }

    /**
     * Some terms of the sums.
     *
     * @param a holds M
     * @param panels V's rows from begin to end − 1
     */
    private record Stretch(MemorySegment a, boolean transposed, float[] panels, int begin, int end, Scratch scratch) {}

    /** The tiles of the rows from top on, of which those from skip on are stored. */
    private void strip(Stretch s, int top, int skip, int c, int columns, MemorySegment y, boolean add) {
        int rows = Math.min(ROWS, length - top);
        int before = Math.clamp(top, s.begin, s.end);
        int after = Math.clamp((long) top + ROWS, s.begin, s.end);
        MemorySegment square = diagonal(s, top, rows, before, after);
        float[] sum = s.scratch.sums(ROWS * RegisterTiles.WIDTH);
        int vectors = Packing.vectors(columns);
        for (int v = 0; v < vectors; ) {
            int width = RegisterTiles.width(vectors - v);
            int panel = v * Lanes.COUNT * (s.end - s.begin);
            int term = width * Lanes.COUNT;
            Arrays.fill(sum, 0f);
            add(s, width, square, 0, ROWS, 1, panel + (before - s.begin) * term, after - before, sum);
            if (s.transposed) {
                long step = next * count;
                add(s, width, s.a, weight(s.begin, top), 1, step, panel, before - s.begin, sum);
                add(s, width, s.a, weight(after, top), 1, step, panel + (after - s.begin) * term, s.end - after, sum);
            } else {
                long row = next * count;
                add(s, width, s.a, weight(top, s.begin), row, 1, panel, before - s.begin, sum);
                add(s, width, s.a, weight(top, after), row, 1, panel + (after - s.begin) * term, s.end - after, sum);
            }
            int end = Math.min(columns - v * Lanes.COUNT, term);
            for (int r = skip; r < rows; r++) {
                store(sum, r * RegisterTiles.WIDTH, y, at(top + r) + c + (long) v * Lanes.COUNT, end, add);
            }
            v += width;
        }
    }

    /** The square of M on its diagonal, [ROWS, ROWS], with zeros where it has no elements. */
    private MemorySegment diagonal(Stretch s, int top, int rows, int before, int after) {
        MemorySegment square = s.scratch.segment((long) ROWS * ROWS);
        for (int r = 0; r < ROWS; r++) {
            for (int t = before; t < after; t++) {
                int i = top + r;
                boolean there = r < rows && !(column && i == t);
                float w = !there ? 0f : Lanes.get(s.a, s.transposed ? weight(t, i) : weight(i, t));
                Lanes.set(square, (long) r * ROWS + t - before, w);
            }
        }
        return square;
    }

    /** sum += the product of some columns of M with as many rows of a panel. */
    private static void add(
            Stretch s, int width, MemorySegment a, long at, long row, long step, int panel, int terms, float[] sum) {
        if (terms > 0) {
            float[] tile = s.scratch.tile();
            RegisterTiles.multiply(width, a, at, row, step, s.panels, panel, terms, tile);
            for (int k = 0; k < ROWS * RegisterTiles.WIDTH; k++) {
                sum[k] += tile[k];
            }
        }
    }

    /** Stores numbers of a row of a tile side by side. */
    private static void store(float[] tile, int from, MemorySegment y, long to, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(fromArray(SPECIES, tile, from + j), y, to + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(fromArray(SPECIES, tile, from + whole, tail), y, to + whole, add, tail);
        }
    }

    /** NaN in place of sums that overflowed. */
    private static void settle(float[] tile) {
        for (int k = 0; k < ROWS * RegisterTiles.WIDTH; k += Lanes.COUNT) {
            Lanes.settled(fromArray(SPECIES, tile, k)).intoArray(tile, k);
        }
    }
}
