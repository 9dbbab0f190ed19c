package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products with a single column or row. They do as many memory accesses as arithmetic, so they run in memory order. The
 * attention map of GC and SNL, one weight per position, is such a factor.
 */
final class RankOne {

    /** Floats that justify a task. */
    private static final long WORTH = 1 << 14;

    /** Rows summed before their sum is added to the total. */
    private static final int BLOCK_ROWS = 256;

    private RankOne() {}

    /**
     * c[b, i, j] = α·a[b, i]·x[b, j], or c += that.
     *
     * @param a [batch, m]
     * @param x [batch or 1, n]
     * @param c [batch, m, n]
     * @param strideX from one x to the next, or 0
     */
    static void outer(
            MemorySegment a,
            MemorySegment x,
            MemorySegment c,
            int batch,
            int m,
            int n,
            int strideX,
            float alpha,
            boolean accumulate,
            Workers workers) {
        long grain = Math.max(1, WORTH / Math.max(1, n));
        long ranges = Math.ceilDiv((long) m, grain);
        workers.forEach(batch * ranges, 1, (from, to) -> {
            for (long range = from; range < to; range++) {
                long b = range / ranges;
                long first = range % ranges * grain;
                float[] pattern = Scratch.get().heap(n);
                Lanes.read(x, b * strideX, pattern, 0, n);
                for (long i = b * m + first; i < b * m + Math.min(m, first + grain); i++) {
                    row(alpha * Lanes.get(a, i), pattern, c, i * n, n, accumulate);
                }
            }
        });
    }

    private static void row(float factor, float[] x, MemorySegment c, long at, int length, boolean accumulate) {
        int whole = (int) Lanes.whole(length);
        if (accumulate) {
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                FloatVector before = fromMemorySegment(SPECIES, c, bytes(at + j), ORDER);
                fromArray(SPECIES, x, j).mul(factor).add(before).intoMemorySegment(c, bytes(at + j), ORDER);
            }
        } else {
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                fromArray(SPECIES, x, j).mul(factor).intoMemorySegment(c, bytes(at + j), ORDER);
            }
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(accumulate ? length : 0);
            fromArray(SPECIES, x, whole, tail)
                    .mul(factor)
                    .add(fromMemorySegment(SPECIES, c, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(c, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * sums[b, s, ·] = Σ w[b, i]·x[b, i, ·] over the rows i of chunk s.
     *
     * @param w [batch, rows]
     * @param x [batch, rows, n]
     * @param sums [batch, chunks, n]
     */
    static void weightedSums(
            MemorySegment w,
            MemorySegment x,
            MemorySegment sums,
            int batch,
            int rows,
            int n,
            int chunks,
            int chunkRows,
            Workers workers) {
        long work = Math.max(1, (long) Math.min(rows, chunkRows) * n);
        workers.forEach((long) batch * chunks, Math.max(1, WORTH / work), (from, to) -> {
            int pitch = Packing.vectors(n) * Lanes.COUNT;
            for (long chunk = from; chunk < to; chunk++) {
                long first = chunk / chunks * rows + chunk % chunks * chunkRows;
                long end = Math.min(first + chunkRows, (chunk / chunks + 1) * rows);
                float[] floats = Scratch.get().heap(2 * pitch);
                Arrays.fill(floats, 0, pitch, 0f);
                for (long start = first; start < end; start += BLOCK_ROWS) {
                    Arrays.fill(floats, pitch, 2 * pitch, 0f);
                    add(w, x, start, Math.min(end, start + BLOCK_ROWS), n, floats, pitch);
                    fold(floats, pitch);
                }
                Lanes.write(floats, 0, sums, chunk * n, n);
            }
        });
    }

    /** Adds the second half to the first. */
    private static void fold(float[] floats, int pitch) {
        for (int j = 0; j < pitch; j += Lanes.COUNT) {
            Lanes.settled(fromArray(SPECIES, floats, j).add(fromArray(SPECIES, floats, pitch + j)))
                    .intoArray(floats, j);
        }
    }

    /**
     * Adds the weighted rows to the sums, one after the other. Several rows at once would save reads of the sums from
     * the L1 cache, but memory is twice as fast in sequential order.
     */
    private static void add(MemorySegment w, MemorySegment x, long first, long end, int n, float[] sums, int to) {
        int whole = (int) Lanes.whole(n);
        VectorMask<Float> tail = Lanes.tail(n);
        for (long i = first; i < end; i++) {
            oneRow(Lanes.get(w, i), x, i * n, whole, sums, to);
            if (whole < n) {
                FloatVector v = fromMemorySegment(SPECIES, x, bytes(i * n + whole), ORDER, tail)
                        .mul(Lanes.get(w, i));
                fromArray(SPECIES, sums, to + whole).add(v).intoArray(sums, to + whole);
            }
        }
    }

    private static void oneRow(float weight, MemorySegment x, long at, int whole, float[] sums, int to) {
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).mul(weight);
            fromArray(SPECIES, sums, to + j).add(v).intoArray(sums, to + j);
        }
    }
}
