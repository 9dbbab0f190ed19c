package farsight.vector.attention;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.TileTransposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;

import farsight.vector.Lanes;
import farsight.vector.NormVector;
import farsight.vector.Packing;
import farsight.vector.Strips;
import farsight.vector.TileTransposition;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Operations on the panels of {@link L2ReluForward} and {@link L2ReluBackward}, between and after their products. */
final class L2ReluRows {

    private L2ReluRows() {}

    /**
     * p = max(p, 0) in one vector of every row of a panel, and the sum of its squares. A square is max(p, 0)·p, so that
     * it is NaN where p overflowed to −∞.
     *
     * @param from index of the vector in the first row
     * @param step floats from one row to the next
     * @param end index after the last row; the number of rows is a multiple of four
     * @param squares the sums are added to it
     */
    static void rectify(float[] p, int from, int step, int end, float[] squares, int at) {
        // Four independent sums, so that additions do not wait for each other.
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        for (int j = from; j < end; j += 4 * step) {
            FloatVector p0 = fromArray(SPECIES, p, j);
            FloatVector p1 = fromArray(SPECIES, p, j + step);
            FloatVector p2 = fromArray(SPECIES, p, j + 2 * step);
            FloatVector p3 = fromArray(SPECIES, p, j + 3 * step);
            FloatVector r0 = p0.blend(0f, p0.compare(VectorOperators.LE, 0f));
            FloatVector r1 = p1.blend(0f, p1.compare(VectorOperators.LE, 0f));
            FloatVector r2 = p2.blend(0f, p2.compare(VectorOperators.LE, 0f));
            FloatVector r3 = p3.blend(0f, p3.compare(VectorOperators.LE, 0f));
            r0.intoArray(p, j);
            r1.intoArray(p, j + step);
            r2.intoArray(p, j + 2 * step);
            r3.intoArray(p, j + 3 * step);
            s0 = r0.fma(p0, s0);
            s1 = r1.fma(p1, s1);
            s2 = r2.fma(p2, s2);
            s3 = r3.fma(p3, s3);
        }
        s0.add(s1).add(s2.add(s3)).add(fromArray(SPECIES, squares, at)).intoArray(squares, at);
    }

    /**
     * A panel of A·B over some rows of A, given as strips of {@link L2ReluWorkspace#TERMS} terms each.
     *
     * @param a the strips, {@code high} per stretch of terms
     * @param b panels of {@code padded} columns, packed by {@link L2ReluWorkspace#panels}
     * @param first first column of the panel
     * @param vectors vectors per row of the panel
     * @param c receives the panel: [high·ROWS, vectors·COUNT]
     * @param part workspace for a strip
     */
    static void product(
            float[][] a, int high, int terms, float[] b, int padded, int first, int vectors, float[] c, float[] part) {
        int across = vectors * Lanes.COUNT;
        for (int p = 0, t = 0; p < terms; p += L2ReluWorkspace.TERMS, t++) {
            int length = Math.min(L2ReluWorkspace.TERMS, terms - p);
            int panel = padded * p + first * length;
            for (int s = 0; s < high; s++) {
                int to = s * Strips.ROWS * across;
                if (p == 0) {
                    Strips.multiply(vectors, a[s], length, b, panel, c, to, across);
                } else {
                    Strips.multiply(vectors, a[t * high + s], length, b, panel, part, 0, across);
                    add(part, c, to, Strips.ROWS * across);
                }
            }
        }
    }

    /**
     * w = r·f and s = [r &gt; 0]·f·(g − w·h) in a panel, with one f and one h per row. w replaces r, s replaces g, and
     * s is also written to whole rows.
     *
     * @param strips strips of the panel
     * @param across floats per row of the panel
     * @param whole receives s, strip by strip: columns from {@code first} of rows of {@code length}
     */
    static void slopesOfRows(
            float[] r,
            float[] g,
            int strips,
            int across,
            float[] f,
            float[] h,
            float[][] whole,
            int length,
            int first) {
        FloatVector none = FloatVector.zero(SPECIES);
        for (int s = 0; s < strips; s++) {
            float[] to = whole[s];
            for (int j = 0; j < Strips.ROWS; j++) {
                int row = s * Strips.ROWS + j;
                FloatVector factors = Lanes.broadcast(f[row]);
                for (int x = 0; x < across; x += Lanes.COUNT) {
                    FloatVector weight = fromArray(SPECIES, r, row * across + x);
                    VectorMask<Float> shut = weight.compare(VectorOperators.LE, 0f);
                    FloatVector open = factors.blend(0f, shut);
                    FloatVector unit = weight.fma(none, weight.blend(0f, shut)).mul(factors);
                    FloatVector slope = fromArray(SPECIES, g, row * across + x)
                            .sub(unit.mul(h[row]))
                            .mul(open);
                    slope.intoArray(g, row * across + x);
                    slope.intoArray(to, j * length + first + x);
                    unit.intoArray(r, row * across + x);
                }
            }
        }
    }

    /**
     * w and s as in {@link #slopesOfRows}, with one f and one h per column. s replaces g, and both are written to whole
     * rows.
     *
     * @param wholeSlopes receives s
     * @param wholeWeights receives w
     */
    static void slopesOfColumns(
            float[] r,
            float[] g,
            int strips,
            int across,
            float[] f,
            float[] h,
            float[][] wholeSlopes,
            float[][] wholeWeights,
            int length,
            int first) {
        FloatVector none = FloatVector.zero(SPECIES);
        for (int s = 0; s < strips; s++) {
            float[] slopes = wholeSlopes[s];
            float[] weights = wholeWeights[s];
            for (int x = 0; x < across; x += Lanes.COUNT) {
                FloatVector factor = fromArray(SPECIES, f, first + x);
                FloatVector less = fromArray(SPECIES, h, first + x);
                for (int j = 0; j < Strips.ROWS; j++) {
                    int at = (s * Strips.ROWS + j) * across + x;
                    FloatVector weight = fromArray(SPECIES, r, at);
                    VectorMask<Float> shut = weight.compare(VectorOperators.LE, 0f);
                    FloatVector open = factor.blend(0f, shut);
                    FloatVector unit = weight.fma(none, weight.blend(0f, shut)).mul(factor);
                    FloatVector slope =
                            fromArray(SPECIES, g, at).sub(unit.mul(less)).mul(open);
                    slope.intoArray(g, at);
                    slope.intoArray(slopes, j * length + first + x);
                    unit.intoArray(weights, j * length + first + x);
                }
            }
        }
    }

    /** y += x. */
    static void add(float[] x, float[] y, int at, int length) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            fromArray(SPECIES, y, at + j).add(fromArray(SPECIES, x, j)).intoArray(y, at + j);
        }
    }

    /**
     * Writes the norms of some rows, or their squares, and replaces the squares by the factors of y.
     *
     * @param n rows, at most a vector
     */
    static void norms(float[] squares, int at, MemorySegment norms, long to, int n, L2ReluForward.End end) {
        FloatVector sums = fromArray(SPECIES, squares, at);
        FloatVector roots = end == L2ReluForward.End.SQUARES ? sums : sums.sqrt();
        roots.intoMemorySegment(norms, bytes(to), ORDER, SPECIES.indexInRange(0, n));
        FloatVector one = Lanes.broadcast(1f);
        // An infinite norm gives NaN, not 0. A NaN norm makes even undivided sums NaN.
        FloatVector factors = end == L2ReluForward.End.UNIT
                ? one.div(roots.max(NormVector.EPSILON)).add(roots.mul(0f))
                : one.blend(Float.NaN, roots.test(VectorOperators.IS_NAN));
        factors.intoArray(squares, at);
    }

    /**
     * Writes all of y, from panels of sums in column-major order.
     *
     * @param factors factor of each row
     * @param rows rows of y
     * @param width columns of y
     */
    static void turnAll(
            float[] sums, float[] factors, float[] tile, MemorySegment y, long to, int rows, int width, boolean add) {
        int vectors = Packing.vectors(rows);
        int high = Math.ceilDiv(width, Strips.ROWS) * Strips.ROWS;
        int panel = 0;
        for (int w = 0; w < vectors; ) {
            int across = Strips.width(vectors - w) * Lanes.COUNT;
            for (int x = 0; x < across; x += Lanes.COUNT, w++) {
                int i = w * Lanes.COUNT;
                int n = Math.min(Lanes.COUNT, rows - i);
                for (int j = 0; j < width; j += Lanes.COUNT) {
                    int columns = Math.min(Lanes.COUNT, width - j);
                    long at = to + (long) i * width + j;
                    turn(sums, panel + x + j * across, across, columns, factors, i, tile, y, at, width, n, add);
                }
            }
            panel += across * high;
        }
    }

    /**
     * Writes some columns of some rows of y, from sums in column-major order.
     *
     * @param sums from {@code at}: the rows of a column are contiguous, columns {@code step} floats apart
     * @param columns at most a vector
     * @param factors factor of each row, from {@code i}
     * @param y rows {@code width} floats apart
     * @param n rows, at most a vector
     * @param add whether to add to y
     */
    private static void turn(
            float[] sums,
            int at,
            int step,
            int columns,
            float[] factors,
            int i,
            float[] tile,
            MemorySegment y,
            long to,
            int width,
            int n,
            boolean add) {
        for (int j = 0; j < columns; j++) {
            fromArray(SPECIES, sums, at + j * step)
                    .mul(fromArray(SPECIES, factors, i))
                    .intoArray(tile, j * SIDE);
        }
        TileTransposition.transpose(tile, 0);
        VectorMask<Float> mask = SPECIES.indexInRange(0, columns);
        for (int r = 0; r < n; r++) {
            Lanes.store(fromArray(SPECIES, tile, r * SIDE), y, to + (long) r * width, add, mask);
        }
    }
}
