package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * C = α·A·Bᵀ where both have contiguous rows and one has few: vectors run along the sum, so that nothing is packed and
 * the longer factor is read once.
 */
final class DotProducts {

    /** Floats of a sum taken in one go: a lane adds 64 terms at most. */
    private static final int STRETCH = 4 * 64 * Lanes.COUNT;

    /** Multiply-adds that are worth a task. */
    private static final long WORTH = 1 << 18;

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
            for (long at = from; at < to; at++) {
                long inB = row / m * strideB + (long) column * k;
                float before = addend == null ? 0f : addend.get(at, column);
                Lanes.set(c, at, before + alpha * dot(a, row * k, b, inB, k));
                if (++column == n) {
                    column = 0;
                    row++;
                }
            }
        });
    }

    /** x·y over {@code length} terms. */
    static float dot(MemorySegment x, long xAt, MemorySegment y, long yAt, int length) {
        FloatVector total = Lanes.zero();
        int done = 0;
        for (; done + 4 * Lanes.COUNT <= length; ) {
            int end = done + Math.min(STRETCH, length - done) / (4 * Lanes.COUNT) * (4 * Lanes.COUNT);
            total = total.add(stretch(x, xAt, y, yAt, done, end));
            done = end;
        }
        int whole = (int) Lanes.whole(length);
        for (; done < whole; done += Lanes.COUNT) {
            total = Lanes.load(x, xAt + done).fma(Lanes.load(y, yAt + done), total);
        }
        if (done < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            total = Lanes.load(x, xAt + done, tail).fma(Lanes.load(y, yAt + done, tail), total);
        }
        return Lanes.sum(total);
    }

    private static FloatVector stretch(MemorySegment x, long xAt, MemorySegment y, long yAt, int start, int end) {
        FloatVector s0 = Lanes.zero();
        FloatVector s1 = Lanes.zero();
        FloatVector s2 = Lanes.zero();
        FloatVector s3 = Lanes.zero();
        for (int i = start; i < end; i += 4 * Lanes.COUNT) {
            long p = xAt + i;
            long q = yAt + i;
            s0 = Lanes.load(x, p).fma(Lanes.load(y, q), s0);
            s1 = Lanes.load(x, p + Lanes.COUNT).fma(Lanes.load(y, q + Lanes.COUNT), s1);
            s2 = Lanes.load(x, p + 2L * Lanes.COUNT).fma(Lanes.load(y, q + 2L * Lanes.COUNT), s2);
            s3 = Lanes.load(x, p + 3L * Lanes.COUNT).fma(Lanes.load(y, q + 3L * Lanes.COUNT), s3);
        }
        return s0.add(s1).add(s2.add(s3));
    }
}
