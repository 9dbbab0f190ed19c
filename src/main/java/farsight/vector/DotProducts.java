package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * C = α·A·Bᵀ for factors with contiguous rows, one of them with few rows. Vectors run along the sum, so nothing is
 * packed and the longer factor is read once.
 */
public final class DotProducts {

    /** Terms summed before their sum is added to the total: at most 64 per lane. */
    private static final int STRETCH = 4 * 64 * Lanes.COUNT;

    /** Bytes per vector. */
    private static final long SIZE = bytes(Lanes.COUNT);

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 15;

    private DotProducts() {}

    /**
     * c[b, i, j] = α·(row i of A_b · row j of B_b) + addend.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param strideB from one B to the next
     * @param c C, [batch, m, n]
     * @param addend null for none
     */
    static void run(
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            int batch,
            int m,
            int n,
            int k,
            long strideB,
            float alpha,
            @Nullable Addend addend,
            Workers workers) {
        workers.forEach((long) batch * m * n, Math.max(1, WORTH / Math.max(1, k)), (from, to) -> {
            long row = from / n;
            int column = (int) (from % n);
            long matrix = row / m;
            for (long at = from; at < to; at++) {
                float before = addend == null ? 0f : addend.get(at, column);
                Lanes.set(
                        c,
                        at,
                        before + alpha * Lanes.settled(dot(a, row * k, b, matrix * strideB + (long) column * k, k)));
                if (++column == n) {
                    column = 0;
                    if (++row == (matrix + 1) * m) {
                        matrix++;
                    }
                }
            }
        });
    }

    /** x·y over {@code length} terms. */
    public static float dot(MemorySegment x, long xAt, MemorySegment y, long yAt, int length) {
        FloatVector total = zero(SPECIES);
        int fours = length / (4 * Lanes.COUNT) * (4 * Lanes.COUNT);
        for (int start = 0; start < fours; ) {
            int end = start + Math.min(fours - start, STRETCH);
            FloatVector s0 = zero(SPECIES);
            FloatVector s1 = zero(SPECIES);
            FloatVector s2 = zero(SPECIES);
            FloatVector s3 = zero(SPECIES);
            for (int i = start; i < end; i += 4 * Lanes.COUNT) {
                long p = bytes(xAt + i);
                long q = bytes(yAt + i);
                s0 = fromMemorySegment(SPECIES, x, p, ORDER).fma(fromMemorySegment(SPECIES, y, q, ORDER), s0);
                s1 = fromMemorySegment(SPECIES, x, p + SIZE, ORDER)
                        .fma(fromMemorySegment(SPECIES, y, q + SIZE, ORDER), s1);
                s2 = fromMemorySegment(SPECIES, x, p + 2 * SIZE, ORDER)
                        .fma(fromMemorySegment(SPECIES, y, q + 2 * SIZE, ORDER), s2);
                s3 = fromMemorySegment(SPECIES, x, p + 3 * SIZE, ORDER)
                        .fma(fromMemorySegment(SPECIES, y, q + 3 * SIZE, ORDER), s3);
            }
            total = total.add(s0.add(s1).add(s2.add(s3)));
            start = end;
        }
        int whole = (int) Lanes.whole(length);
        for (int i = fours; i < whole; i += Lanes.COUNT) {
            total = fromMemorySegment(SPECIES, x, bytes(xAt + i), ORDER)
                    .fma(fromMemorySegment(SPECIES, y, bytes(yAt + i), ORDER), total);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            total = fromMemorySegment(SPECIES, x, bytes(xAt + whole), ORDER, tail)
                    .fma(fromMemorySegment(SPECIES, y, bytes(yAt + whole), ORDER, tail), total);
        }
        return Lanes.sum(total);
    }
}
