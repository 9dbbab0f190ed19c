package farsight.vector;

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

    /** Columns a strip: 2 KB of a row, long enough for the memory to stream. */
    private static final int STRIP = 512;

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
            FloatVector.fromMemorySegment(Lanes.SPECIES, t, Lanes.bytes(inT + j), Lanes.ORDER)
                    .add(s)
                    .max(0f)
                    .mul(alpha)
                    .intoMemorySegment(a, Lanes.bytes(at + j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector.fromMemorySegment(Lanes.SPECIES, t, Lanes.bytes(inT + whole), Lanes.ORDER, tail)
                    .add(s)
                    .max(0f)
                    .mul(alpha)
                    .intoMemorySegment(a, Lanes.bytes(at + whole), Lanes.ORDER, tail);
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
        FloatVector total = Lanes.zero();
        for (int start = 0; start < whole; start += BLOCK) {
            int end = Math.min(start + BLOCK, whole);
            FloatVector sum = Lanes.zero();
            for (int j = start; j < end; j += Lanes.COUNT) {
                sum = sum.add(Lanes.gated(
                        FloatVector.fromMemorySegment(Lanes.SPECIES, da, Lanes.bytes(at + j), Lanes.ORDER),
                        FloatVector.fromMemorySegment(Lanes.SPECIES, a, Lanes.bytes(at + j), Lanes.ORDER),
                        0f));
            }
            total = total.add(sum);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            total = total.add(Lanes.gated(
                    FloatVector.fromMemorySegment(Lanes.SPECIES, da, Lanes.bytes(at + whole), Lanes.ORDER, tail),
                    FloatVector.fromMemorySegment(Lanes.SPECIES, a, Lanes.bytes(at + whole), Lanes.ORDER, tail),
                    0f));
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
                    for (int row = start; row < Math.min(start + BLOCK_ROWS, rows); row++) {
                        addGated(as, das, (b * rows + row) * cols + first, sums, length);
                    }
                    for (int j = 0; j < length; j++) {
                        sums[j] += sums[STRIP + j];
                    }
                }
                ChannelRows.spread(sums, alpha, out, b * cols + first, length, accumulate == 1);
            }
        });
    }

    /** Adds one row to the sums of some rows, the second strip of {@code sums}. */
    private static void addGated(MemorySegment a, MemorySegment da, long at, float[] sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, a, Lanes.bytes(at + j), Lanes.ORDER);
            FloatVector.fromMemorySegment(Lanes.SPECIES, da, Lanes.bytes(at + j), Lanes.ORDER)
                    .blend(0f, v.compare(VectorOperators.LE, 0f))
                    .add(FloatVector.fromArray(Lanes.SPECIES, sums, STRIP + j))
                    .intoArray(sums, STRIP + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = Lanes.bytes(at + whole);
            FloatVector v = FloatVector.fromMemorySegment(Lanes.SPECIES, a, end, Lanes.ORDER, tail);
            FloatVector.fromMemorySegment(Lanes.SPECIES, da, end, Lanes.ORDER, tail)
                    .blend(0f, v.compare(VectorOperators.LE, 0f))
                    .add(FloatVector.fromArray(Lanes.SPECIES, sums, STRIP + whole))
                    .intoArray(sums, STRIP + whole);
        }
    }
}
