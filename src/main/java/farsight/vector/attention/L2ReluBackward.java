package farsight.vector.attention;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.NormVector;
import farsight.vector.Packing;
import farsight.vector.Strips;
import farsight.vector.Workers;
import farsight.vector.attention.L2ReluWorkspace.Use;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of attention with weights of unit norm, by blocks of {@link #LONG} rows of its longer side. The weights
 * of a block are computed once and serve all gradients.
 *
 * <p>The long side has operands A1 and A2, the short side B1 and B2. Weights are max(A1·B1ᵀ, 0); their gradients come
 * from A2·B2ᵀ. If q is longer, A1 is q, A2 dy, B1 k and B2 v; otherwise A1 is k, A2 v, B1 q and B2 dy. As in {@link
 * L2ReluForward}, vectors run along the short side, a few of them per panel. Each task completes the gradients of one
 * chunk of the long side and computes partial sums for the short side.
 *
 * @param a1 [batch or 1, longs, c]
 * @param a2 [batch, longs, width]
 * @param b1 [batch or 1, shorts, c]
 * @param b2 [batch, shorts, width]
 * @param norms of the weights, [batch, longs or shorts]
 * @param delta like norms
 * @param dA1 [batch, longs, c]
 * @param dA2 [batch, longs, width], or null
 * @param dB1 [batch, chunks, shorts, c]
 * @param dB2 [batch, chunks, shorts, width], or null
 * @param ofLongs whether norms and delta belong to the long side
 */
record L2ReluBackward(
        MemorySegment a1,
        MemorySegment a2,
        MemorySegment b1,
        MemorySegment b2,
        MemorySegment norms,
        MemorySegment delta,
        Sum dA1,
        @Nullable Sum dA2,
        Sum dB1,
        @Nullable Sum dB2,
        int longs,
        int shorts,
        int c,
        int width,
        int strideA,
        int strideB,
        int chunks,
        int chunkLongs,
        boolean ofLongs) {

    /** Rows of the long side whose weights are held at a time: two panels of them fit the L1 cache. */
    private static final int LONG = 64;

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 18;

    /**
     * A gradient.
     *
     * @param add whether to add to its contents
     */
    record Sum(MemorySegment floats, boolean add) {

        private void put(float[] part, int from, int length, long to) {
            if (add) {
                FlashRows.add(part, from, length, 1f, floats, to);
            } else {
                Lanes.write(part, from, floats, to, length);
            }
        }
    }

    void run(int batch, Workers workers) {
        long work = Math.max(1, (long) Math.min(longs, chunkLongs) * shorts * (c + width));
        workers.forEach((long) batch * chunks, Math.max(1, WORTH / work), (from, to) -> {
            for (long task = from; task < to; task++) {
                new Block(this, (int) task).run();
            }
        });
    }

    /** One chunk of the long side. */
    private static final class Block {

        private final L2ReluBackward of;
        private final int piece;
        private final int matrix;
        private final L2ReluWorkspace room = L2ReluWorkspace.get();
        private final int padded;
        private final float[] b1Panels;
        private final float[] b2Panels;
        private final float[] b1Rows;
        private final float @Nullable [] b2Rows;
        private final float[] b1Sums;
        private final float @Nullable [] b2Sums;
        private final float[] f;
        private final float[] h;
        private final float[] weights = room.weights();
        private final float[] slopes = room.slopes();
        private final float[] part;

        Block(L2ReluBackward of, int piece) {
            this.of = of;
            this.piece = piece;
            matrix = piece / of.chunks;
            padded = Packing.vectors(of.shorts) * Lanes.COUNT;
            long first = (long) matrix * of.strideB;
            long second = (long) matrix * of.shorts * of.width;
            b1Panels = room.panels(Use.PANELS, Factor.ofLines(of.b1, 0, of.c), first, of.shorts, of.c);
            b2Panels = room.panels(Use.SECOND_PANELS, Factor.ofLines(of.b2, 0, of.width), second, of.shorts, of.width);
            b1Rows = room.rows(Use.ROWS, of.b1, first, of.shorts, of.c);
            b2Rows = of.dA2 == null ? null : room.rows(Use.SECOND_ROWS, of.b2, second, of.shorts, of.width);
            b1Sums = room.zeros(Use.SUMS, padded * L2ReluWorkspace.high(of.c));
            b2Sums = of.dB2 == null ? null : room.zeros(Use.SECOND_SUMS, padded * L2ReluWorkspace.high(of.width));
            int factors = of.ofLongs ? LONG : padded;
            f = room.zeros(Use.SQUARES, factors);
            h = room.zeros(Use.SECOND_SQUARES, factors);
            part = room.floats(
                    Use.PART, Strips.ROWS * Math.max(3 * Lanes.COUNT, L2ReluWorkspace.wide(Math.max(of.c, of.width))));
        }

        void run() {
            if (!of.ofLongs) {
                factors((long) matrix * of.shorts, of.shorts);
            }
            int begin = piece % of.chunks * of.chunkLongs;
            int stop = Math.min(of.longs, begin + of.chunkLongs);
            for (int start = begin; start < stop; start += LONG) {
                block(start, Math.min(LONG, stop - start));
            }
            float[] ones = room.floats(Use.SQUARES, padded);
            Arrays.fill(ones, 0, padded, 1f);
            write(of.dB1, b1Sums, ones, of.c);
            if (of.dB2 != null && b2Sums != null) {
                write(of.dB2, b2Sums, ones, of.width);
            }
        }

        /** f and h of some rows. */
        private void factors(long first, int n) {
            for (int j = 0; j < n; j++) {
                float norm = Lanes.get(of.norms, first + j);
                f[j] = NormVector.reciprocal(norm);
                h[j] = norm > NormVector.EPSILON ? Lanes.get(of.delta, first + j) : 0f;
            }
        }

        /** The short side's sums. */
        private void write(Sum sum, float[] sums, float[] ones, int columns) {
            long to = (long) piece * of.shorts * columns;
            L2ReluRows.turnAll(sums, ones, room.tile(), sum.floats, to, of.shorts, columns, sum.add);
        }

        private void block(int start, int n) {
            long first = (long) matrix * of.strideA + (long) start * of.c;
            long row = (long) matrix * of.longs + start;
            long second = row * of.width;
            float[][] a1 = room.strips(Use.STRIPS, of.a1, first, n, of.c);
            float[][] a2 = room.strips(Use.SECOND_STRIPS, of.a2, second, n, of.width);
            float[][] a1Columns = room.columns(Use.COLUMNS, of.a1, first, n, of.c);
            float[][] a2Columns = b2Sums == null ? null : room.columns(Use.SECOND_COLUMNS, of.a2, second, n, of.width);
            float[][] slopeStrips = room.strips(Use.SLOPES, LONG / Strips.ROWS, Strips.ROWS * padded);
            float[][] weightStrips =
                    b2Rows == null ? slopeStrips : room.strips(Use.WEIGHTS, LONG / Strips.ROWS, Strips.ROWS * padded);
            if (of.ofLongs) {
                factors(row, n);
            }
            int strips = Math.ceilDiv(n, Strips.ROWS);
            for (int w = 0; w < padded / Lanes.COUNT; ) {
                int vectors = Strips.width(padded / Lanes.COUNT - w);
                int at = w * Lanes.COUNT;
                int across = vectors * Lanes.COUNT;
                L2ReluRows.product(a1, strips, of.c, b1Panels, padded, at, vectors, weights, part);
                L2ReluRows.product(a2, strips, of.width, b2Panels, padded, at, vectors, slopes, part);
                if (of.ofLongs) {
                    L2ReluRows.slopesOfRows(weights, slopes, strips, across, f, h, slopeStrips, padded, at);
                } else {
                    L2ReluRows.slopesOfColumns(
                            weights, slopes, strips, across, f, h, slopeStrips, weightStrips, padded, at);
                }
                sum(a1Columns, of.c, n, slopes, vectors, b1Sums, at);
                if (a2Columns != null && b2Sums != null) {
                    sum(a2Columns, of.width, n, weights, vectors, b2Sums, at);
                }
                w += vectors;
            }
            put(of.dA1, slopeStrips, b1Rows, row, n, of.c);
            if (of.dA2 != null && b2Rows != null) {
                put(of.dA2, weightStrips, b2Rows, row, n, of.width);
            }
        }

        /** Adds to one panel of the short side's sums. */
        private void sum(float[][] columns, int count, int n, float[] panel, int vectors, float[] sums, int first) {
            int across = vectors * Lanes.COUNT;
            for (int s = 0; s * Strips.ROWS < count; s++) {
                Strips.multiply(vectors, columns[s], n, panel, 0, part, 0, across);
                L2ReluRows.add(
                        part,
                        sums,
                        first * L2ReluWorkspace.high(count) + s * Strips.ROWS * across,
                        Strips.ROWS * across);
            }
        }

        /** Writes the long side's gradient. */
        private void put(Sum sum, float[][] strips, float[] rows, long row, int n, int columns) {
            int stride = L2ReluWorkspace.wide(columns);
            for (int i = 0; i < n; i += Strips.ROWS) {
                for (int w = 0; w < stride / Lanes.COUNT; ) {
                    int vectors = Strips.width(stride / Lanes.COUNT - w);
                    int first = w * Lanes.COUNT;
                    Strips.multiply(
                            vectors, strips[i / Strips.ROWS], padded, rows, first * padded, part, first, stride);
                    w += vectors;
                }
                int height = Math.min(Strips.ROWS, n - i);
                if (stride == columns) { // rows are contiguous in both
                    sum.put(part, 0, height * columns, (row + i) * columns);
                } else {
                    for (int r = 0; r < height; r++) {
                        sum.put(part, r * stride, columns, (row + i + r) * columns);
                    }
                }
            }
        }
    }
}
