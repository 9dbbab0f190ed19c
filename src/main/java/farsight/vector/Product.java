package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * C = α·A·B + D for many pairs of matrices, the common form of all products. NaN where a sum overflows.
 *
 * <p>C is cut into blocks, each a task. A task goes through the sum in stretches of {@link #DEPTH} terms. It packs the
 * stretch of B into panels as wide as a tile, which stay in the cache, runs the {@link RegisterTiles} of its block over
 * them, and adds to C after each stretch. A is read in place, unless it is transposed and wide, or lower than a tile:
 * then it is packed too. Every element of C is the same sum of the same partial sums for every cut, so the cut may
 * depend on the number of threads.
 *
 * @param pairs number of pairs: batch·chunks
 * @param m rows of C
 * @param n columns of C
 * @param a A, [m, k]
 * @param b B, [k, n]
 * @param c C, [pairs, m, n] or, with {@code transposed}, [pairs, n, m]
 * @param addend D, or null for none
 */
public record Product(
        int pairs,
        int m,
        int n,
        Factor a,
        Factor b,
        MemorySegment c,
        boolean transposed,
        float alpha,
        @Nullable Addend addend) {

    /**
     * Terms per stretch, summed before their sum is added to the total: twice as many as in the kernels, because a
     * multiply-add rounds only once per term.
     */
    public static final int DEPTH = 512;

    /**
     * Maximum columns per block: DEPTH·COLUMNS floats of B fit the L2 cache, 512 KB beside vectors of 16 floats, whose
     * processors have 1 MB or more, else 256 KB. The more columns, the less often a page of A, B or C is entered.
     */
    private static final int COLUMNS = Lanes.COUNT == 16 ? 256 : 128;

    /** Maximum rows per block: enough to make the packing of B cheap. */
    private static final int ROWS = 768;

    /** Rows of A packed at once; a transposed A is read by whole cache lines. */
    private static final int PACKED_ROWS = 16 * RegisterTiles.ROWS;

    /**
     * A transposed A of at most this many rows is read in place: its rows share cache lines, and DEPTH of these fit the
     * cache.
     */
    private static final int NARROW = 64;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    void run(Workers workers) {
        if (m == 0 || n == 0) {
            return;
        }
        int columnBlocks = blocks(n, COLUMNS);
        long wanted = blocks(4L * workers.threads(), (long) pairs * columnBlocks);
        int rowBlocks = (int) Math.max(blocks(m, ROWS), Math.min(wanted, blocks(m, PACKED_ROWS)));
        int rows = roundUp(blocks(m, rowBlocks), RegisterTiles.ROWS);
        int columns = roundUp(blocks(n, columnBlocks), RegisterTiles.WIDEST * Lanes.COUNT);
        long blocks = (long) rowBlocks * columnBlocks;
        long work = Math.max(1, (long) Math.min(rows, m) * Math.min(columns, n) * a.chunkTerms());
        workers.forEach(pairs * blocks, Math.max(1, WORTH / work), (from, to) -> {
            for (long task = from; task < to; task++) {
                int pair = (int) (task / blocks);
                int block = (int) (task % blocks);
                int i = block / columnBlocks * rows;
                int j = block % columnBlocks * columns;
                // Rounding up may leave the last block empty.
                if (i < m && j < n) {
                    block(pair, i, Math.min(rows, m - i), j, Math.min(columns, n - j));
                }
            }
        });
    }

    private static long blocks(long length, long blockLength) {
        return (length + blockLength - 1) / blockLength;
    }

    private static int blocks(int length, int blockLength) {
        return (length + blockLength - 1) / blockLength;
    }

    private static int roundUp(int length, int multiple) {
        return blocks(length, multiple) * multiple;
    }

    private void block(int pair, int i, int rows, int j, int columns) {
        Scratch scratch = Scratch.get();
        int terms = a.terms(pair);
        float[] panels = scratch.heap(Math.min(DEPTH, terms) * Packing.vectors(columns) * Lanes.COUNT);
        long inA = a.start(pair) + i * a.line();
        long inB = b.start(pair) + j * b.line();
        int p = 0;
        do { // at least once: an empty sum is 0
            int length = Math.min(DEPTH, terms - p);
            Packing.panels(b, inB + p * b.step(), columns, length, RegisterTiles::width, panels);
            Target target = target(pair, i, j, columns, p == 0);
            stretch(inA + p * a.step(), rows, length, panels, target, scratch);
            p += DEPTH;
        } while (p < terms);
    }

    private Target target(int pair, int i, int j, int columns, boolean first) {
        long start = (long) pair * m * n;
        long row = transposed ? 1 : n;
        long column = transposed ? m : 1;
        long at = start + i * row + j * column;
        if (!first) {
            return new Target(c, at, row, column, columns, alpha, c, at, row);
        } else if (addend == null) {
            return new Target(c, at, row, column, columns, alpha, null, 0, 0);
        } else if (addend.oneRow()) {
            return new Target(c, at, row, column, columns, alpha, addend.floats(), j, 0);
        } else {
            return new Target(c, at, row, column, columns, alpha, addend.floats(), at, row);
        }
    }

    private void stretch(long at, int rows, int length, float[] panels, Target target, Scratch scratch) {
        if (rows >= RegisterTiles.ROWS && (a.step() == 1 || a.step() <= NARROW)) {
            for (int i = 0; i < rows; i += RegisterTiles.ROWS) {
                // The last tile may overlap the one before.
                int first = Math.min(i, rows - RegisterTiles.ROWS);
                long strip = at + first * a.line();
                tiles(
                        a.floats(),
                        strip,
                        a.line(),
                        a.step(),
                        length,
                        panels,
                        target,
                        first,
                        i - first,
                        RegisterTiles.ROWS,
                        scratch);
            }
            return;
        }
        for (int done = 0; done < rows; done += PACKED_ROWS) {
            int packed = Math.min(PACKED_ROWS, rows - done);
            MemorySegment strips = scratch.segment((long) roundUp(packed, RegisterTiles.ROWS) * length);
            Packing.strips(a, at + done * a.line(), packed, length, strips);
            for (int i = 0; i < packed; i += RegisterTiles.ROWS) {
                int end = Math.min(RegisterTiles.ROWS, packed - i);
                tiles(
                        strips,
                        (long) i * length,
                        1,
                        RegisterTiles.ROWS,
                        length,
                        panels,
                        target,
                        done + i,
                        0,
                        end,
                        scratch);
            }
        }
    }

    /** Computes the tiles of one strip of rows over all panels of B, and stores their rows from start to end. */
    private static void tiles(
            MemorySegment a,
            long at,
            long line,
            long step,
            int length,
            float[] panels,
            Target target,
            int row,
            int start,
            int end,
            Scratch scratch) {
        float[] tile = scratch.tile();
        int vectors = Packing.vectors(target.columns());
        for (int v = 0; v < vectors; ) {
            int width = RegisterTiles.width(vectors - v);
            int first = v * Lanes.COUNT;
            RegisterTiles.multiply(width, a, at, line, step, panels, first * length, length, tile);
            target.store(tile, row, start, end, first, Math.min(width * Lanes.COUNT, target.columns() - first));
            v += width;
        }
    }

    /**
     * Stores a block's tiles: c[at + i·row + j·column] = α·tile[i, j] + addend[plusAt + i·plusRow + j·column].
     *
     * @param columns columns of the block
     */
    private record Target(
            MemorySegment c,
            long at,
            long row,
            long column,
            int columns,
            float alpha,
            @Nullable MemorySegment plus,
            long plusAt,
            long plusRow) {

        void store(float[] tile, int i, int start, int end, int j, int width) {
            for (int r = start; r < end; r++) {
                long to = at + (i + r) * row + j * column;
                long from = plusAt + (i + r) * plusRow + j * column;
                if (column == 1) {
                    storeRow(tile, r * RegisterTiles.WIDTH, width, to, from);
                } else {
                    for (int q = 0; q < width; q++) {
                        float before = plus == null ? 0f : Lanes.get(plus, from + q * column);
                        Lanes.set(
                                c, to + q * column, Lanes.settled(before + alpha * tile[r * RegisterTiles.WIDTH + q]));
                    }
                }
            }
        }

        private void storeRow(float[] tile, int tileAt, int width, long to, long from) {
            int whole = (int) Lanes.whole(width);
            VectorMask<Float> tail = Lanes.tail(width);
            if (plus == null) {
                for (int q = 0; q < whole; q += Lanes.COUNT) {
                    Lanes.settled(fromArray(SPECIES, tile, tileAt + q).mul(alpha))
                            .intoMemorySegment(c, bytes(to + q), ORDER);
                }
                if (whole < width) {
                    Lanes.settled(fromArray(SPECIES, tile, tileAt + whole).mul(alpha))
                            .intoMemorySegment(c, bytes(to + whole), ORDER, tail);
                }
            } else {
                for (int q = 0; q < whole; q += Lanes.COUNT) {
                    FloatVector v = fromArray(SPECIES, tile, tileAt + q).mul(alpha);
                    Lanes.settled(fromMemorySegment(SPECIES, plus, bytes(from + q), ORDER)
                                    .add(v))
                            .intoMemorySegment(c, bytes(to + q), ORDER);
                }
                if (whole < width) {
                    FloatVector v = fromArray(SPECIES, tile, tileAt + whole).mul(alpha);
                    Lanes.settled(fromMemorySegment(SPECIES, plus, bytes(from + whole), ORDER, tail)
                                    .add(v))
                            .intoMemorySegment(c, bytes(to + whole), ORDER, tail);
                }
            }
        }
    }
}
