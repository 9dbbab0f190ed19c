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

    /** Floats a range of rows. */
    private static final int GRAIN = 1 << 15;

    /** Floats of a row whose sum is added to the total: a lane adds 64. */
    private static final int BLOCK = 64 * Lanes.COUNT;

    /** Columns a strip: 4 KB of a row, long enough for the memory to stream. */
    private static final int STRIP = 1024;

    /** Rows of a strip that are read side by side, so that their sums are loaded and stored once. */
    private static final int ROWS = 8;

    /** Rows of a strip whose sum is added to the total: as in the kernel. */
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
     * ds[b, i] = α·Σ_j [A &gt; 0]·dA, or ds += that.
     *
     * @param a A, [batch·rows, cols]
     * @param da dA, like A
     * @param ds [batch·rows]
     */
    public static void pairRowGradient(
            FloatArray a,
            FloatArray da,
            FloatArray ds,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment as = a.getSegment();
        MemorySegment das = da.getSegment();
        MemorySegment out = ds.getSegment();
        workers.forEach(rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long row = from; row < to; row++) {
                float before = accumulate == 1 ? Lanes.get(out, row) : 0f;
                Lanes.set(out, row, before + alpha * gatedSum(as, das, row * cols, cols));
            }
        });
    }

    private static float gatedSum(MemorySegment a, MemorySegment da, long at, int length) {
        int whole = (int) Lanes.whole(length);
        FloatVector total = zero(SPECIES);
        for (int start = 0; start < whole; start += BLOCK) {
            int end = Math.min(start + BLOCK, whole);
            FloatVector sum = zero(SPECIES);
            for (int j = start; j < end; j += Lanes.COUNT) {
                FloatVector v = fromMemorySegment(SPECIES, a, bytes(at + j), ORDER);
                FloatVector g = fromMemorySegment(SPECIES, da, bytes(at + j), ORDER);
                sum = sum.add(zero(SPECIES).blend(g, v.compare(VectorOperators.GT, 0f)));
            }
            total = total.add(sum);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, a, bytes(at + whole), ORDER, tail);
            FloatVector g = fromMemorySegment(SPECIES, da, bytes(at + whole), ORDER, tail);
            total = total.add(zero(SPECIES).blend(g, v.compare(VectorOperators.GT, 0f)));
        }
        return Lanes.sum(total);
    }

    /**
     * dt[b, j] = α·Σ_i [A &gt; 0]·dA, or dt += that. A task is a strip of columns, which it goes down row by row.
     *
     * @param a A, [batch, rows, cols]
     * @param da dA, like A
     * @param dt [batch, cols]
     */
    public static void pairColumnGradient(
            FloatArray a,
            FloatArray da,
            FloatArray dt,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment as = a.getSegment();
        MemorySegment das = da.getSegment();
        MemorySegment out = dt.getSegment();
        int strips = (cols + STRIP - 1) / STRIP;
        long work = Math.max(1, (long) rows * Math.min(cols, STRIP));
        workers.forEach((long) batch * strips, Math.max(1, GRAIN / work), (from, to) -> {
            // The sums of all rows, and those of some.
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
                        long at = (b * rows + row) * cols + first;
                        addGated(as, das, at, cols, Math.min(ROWS, end - row), sums, STRIP, length);
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
            MemorySegment a, MemorySegment da, long at, int stride, int rows, float[] sums, int to, int length) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, length);
            FloatVector sum = fromArray(SPECIES, sums, to + j);
            for (int row = 0; row < rows; row++) {
                long there = bytes(at + (long) row * stride + j);
                FloatVector v = fromMemorySegment(SPECIES, a, there, ORDER, mask);
                FloatVector g = fromMemorySegment(SPECIES, da, there, ORDER, mask);
                sum = sum.add(zero(SPECIES).blend(g, v.compare(VectorOperators.GT, 0f)));
            }
            sum.intoArray(sums, to + j);
        }
    }
}
