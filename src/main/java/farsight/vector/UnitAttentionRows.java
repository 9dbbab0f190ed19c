package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.Transposition.SIDE;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The panels of {@link UnitAttention}, between its products and behind them. */
final class UnitAttentionRows {

    private UnitAttentionRows() {}

    /**
     * p = max(p, 0) in one vector of every row of a panel, and the squares of them summed.
     *
     * @param from index of the vector in the first row
     * @param step floats from one row to the next
     * @param end index behind the last row; the rows are a multiple of four
     * @param squares gets the sums, added to what it holds
     */
    static void rectify(float[] p, int from, int step, int end, float[] squares, int at) {
        // Four sums: each waits for the one before it.
        FloatVector s0 = fromArray(SPECIES, squares, at);
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
            s0 = r0.fma(r0, s0);
            s1 = r1.fma(r1, s1);
            s2 = r2.fma(r2, s2);
            s3 = r3.fma(r3, s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(squares, at);
    }

    /** y += x. */
    static void add(float[] x, float[] y, int at, int length) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            fromArray(SPECIES, y, at + j).add(fromArray(SPECIES, x, j)).intoArray(y, at + j);
        }
    }

    /**
     * Writes the norms of some rows, or their squares, and leaves in the squares' place what y is to be multiplied by.
     *
     * @param n rows, at most a vector
     */
    static void norms(float[] squares, int at, MemorySegment norms, long to, int n, UnitAttention.End end) {
        FloatVector sums = fromArray(SPECIES, squares, at);
        FloatVector roots = end == UnitAttention.End.SQUARES ? sums : sums.sqrt();
        roots.intoMemorySegment(norms, bytes(to), ORDER, SPECIES.indexInRange(0, n));
        FloatVector one = Lanes.broadcast(1f);
        FloatVector factors = end == UnitAttention.End.UNIT ? one.div(roots.max(NormVector.EPSILON)) : one;
        factors.intoArray(squares, at);
    }

    /**
     * Some columns of some rows of y, from sums that lie column by column.
     *
     * @param sums from {@code at}: a column's rows lie side by side, columns {@code step} floats apart
     * @param columns at most a vector
     * @param factors from {@code i}: what each row is multiplied by
     * @param y rows {@code width} floats apart
     * @param n rows, at most a vector
     */
    static void turn(
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
            int n) {
        for (int j = 0; j < columns; j++) {
            fromArray(SPECIES, sums, at + j * step)
                    .mul(fromArray(SPECIES, factors, i))
                    .intoArray(tile, j * SIDE);
        }
        Transposition.transpose(tile, 0);
        VectorMask<Float> mask = SPECIES.indexInRange(0, columns);
        for (int r = 0; r < n; r++) {
            fromArray(SPECIES, tile, r * SIDE).intoMemorySegment(y, bytes(to + (long) r * width), ORDER, mask);
        }
    }
}
