package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The factorised concatenation form: {@code farsight.kernel.PairKernels} by the Vector API. */
public final class PairVector {

    /** Floats per range of rows. */
    private static final int GRAIN = 1 << 15;

    /** Floats of a row summed before their sum is added to the total: 64 per lane. */
    private static final int BLOCK = 64 * Lanes.COUNT;

    /** Columns per strip: 4 KB of a row, long enough for memory to stream. */
    private static final int STRIP = 1024;

    /** Rows of a strip read together, so that the sums are loaded and stored once for all of them. */
    private static final int ROWS = 8;

    /** Rows of a strip summed before their sum is added to the total, as in the kernel. */
    private static final int BLOCK_ROWS = 256;

    private PairVector() {}

    /**
     * A[b, i, j] = α·ReLU(s[b, i] + t[b, j]).
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param a A, [batch, rows, cols]
     */
    public static void pairSum(
            FloatArray s, FloatArray t, FloatArray a, int batch, int rows, int cols, float alpha, Workers workers) {
        MemorySegment ss = s.getSegment();
        MemorySegment ts = t.getSegment();
        MemorySegment as = a.getSegment();
        workers.forEach((long) batch * rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                sumRow(Lanes.get(ss, row), ts, row / rows * cols, as, row * cols, cols, alpha);
            }
        });
    }

    private static void sumRow(float s, MemorySegment t, long inT, MemorySegment a, long at, int length, float alpha) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, t, bytes(inT + j), ORDER).add(s);
            v.blend(0f, v.compare(VectorOperators.LE, 0f)).mul(alpha).intoMemorySegment(a, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, t, bytes(inT + whole), ORDER, tail)
                    .add(s);
            v.blend(0f, v.compare(VectorOperators.LE, 0f))
                    .mul(alpha)
                    .intoMemorySegment(a, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * ds[b, i] = α·Σ_j [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or ds += that.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param ds like s
     */
    public static void pairRowGradient(
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray ds,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment ss = s.getSegment();
        MemorySegment ts = t.getSegment();
        MemorySegment das = da.getSegment();
        MemorySegment out = ds.getSegment();
        workers.forEach((long) batch * rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                float before = accumulate == 1 ? Lanes.get(out, row) : 0f;
                float sum = gatedSum(Lanes.get(ss, row), ts, row / rows * cols, das, row * cols, cols);
                Lanes.set(out, row, before + alpha * sum);
            }
        });
    }

    private static float gatedSum(float s, MemorySegment t, long inT, MemorySegment da, long at, int length) {
        int whole = (int) Lanes.whole(length);
        FloatVector total = zero(SPECIES);
        for (int start = 0; start < whole; start += BLOCK) {
            int end = Math.min(start + BLOCK, whole);
            FloatVector sum = zero(SPECIES);
            for (int j = start; j < end; j += Lanes.COUNT) {
                FloatVector v =
                        fromMemorySegment(SPECIES, t, bytes(inT + j), ORDER).add(s);
                FloatVector g = fromMemorySegment(SPECIES, da, bytes(at + j), ORDER);
                sum = sum.add(v.max(0f).blend(g, v.compare(VectorOperators.GT, 0f)));
            }
            total = total.add(sum);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, t, bytes(inT + whole), ORDER, tail)
                    .add(s);
            FloatVector g = fromMemorySegment(SPECIES, da, bytes(at + whole), ORDER, tail);
            total = total.add(v.max(0f).blend(g, v.compare(VectorOperators.GT, 0f)), tail);
        }
        return Lanes.sum(total);
    }

    /**
     * dt[b, j] = α·Σ_i [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or dt += that. A task goes down a strip of
     * columns row by row.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param dt like t
     */
    public static void pairColumnGradient(
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray dt,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment ss = s.getSegment();
        MemorySegment ts = t.getSegment();
        MemorySegment das = da.getSegment();
        MemorySegment out = dt.getSegment();
        int strips = (cols + STRIP - 1) / STRIP;
        long work = Math.max(1, (long) rows * Math.min(cols, STRIP));
        workers.forEach((long) batch * strips, Math.max(1, GRAIN / work), (from, to) -> {
            // The sums over all rows, then the sums over the current block of rows.
            float[] sums = Scratch.get().heap(2 * STRIP);
            for (long i = from; i < to; i++) {
                long b = i / strips;
                int first = (int) (i % strips) * STRIP;
                int length = Math.min(STRIP, cols - first);
                Arrays.fill(sums, 0, STRIP, 0f);
                for (int start = 0; start < rows; start += BLOCK_ROWS) {
                    Arrays.fill(sums, STRIP, 2 * STRIP, 0f);
                    int end = Math.min(start + BLOCK_ROWS, rows);
                    for (int row = start; row < end; row += ROWS) {
                        long r = b * rows + row;
                        int count = Math.min(ROWS, end - row);
                        addGated(ss, r, ts, b * cols + first, das, r * cols + first, cols, count, sums, STRIP, length);
                    }
                    for (int j = 0; j < length; j++) {
                        sums[j] += sums[STRIP + j];
                    }
                }
                ChannelRows.spread(sums, alpha, out, b * cols + first, length, accumulate == 1);
            }
        });
    }

    /** Adds some rows of a strip, a vector of columns at a time. */
    private static void addGated(
            MemorySegment s,
            long inS,
            MemorySegment t,
            long inT,
            MemorySegment da,
            long at,
            int stride,
            int rows,
            float[] sums,
            int to,
            int length) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, length);
            FloatVector v = fromMemorySegment(SPECIES, t, bytes(inT + j), ORDER, mask);
            FloatVector sum = fromArray(SPECIES, sums, to + j);
            for (int row = 0; row < rows; row++) {
                FloatVector g = fromMemorySegment(SPECIES, da, bytes(at + (long) row * stride + j), ORDER, mask);
                FloatVector w = v.add(s.get(Lanes.FLOAT, bytes(inS + row)));
                sum = sum.add(w.max(0f).blend(g, w.compare(VectorOperators.GT, 0f)));
            }
            sum.intoArray(sums, to + j);
        }
    }
}
