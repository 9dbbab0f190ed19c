package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import farsight.kernel.LandmarkKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Means of runs of positions, and α·x + β·I: {@code farsight.kernel.LandmarkKernels} by the Vector API. */
public final class LandmarkVector {

    /** Floats per range. */
    private static final int GRAIN = 1 << 14;

    /** Rows summed before their sum is added to the total, as in the kernel. */
    private static final int BLOCK = 256;

    private LandmarkVector() {}

    /**
     * y[b, k] = the mean of x[b, i] over the positions i of run k.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, runs, cols], runs ≤ rows
     */
    public static void runMeans(FloatArray x, FloatArray y, int batch, int rows, int runs, int cols, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        long work = Math.max(1, (long) (rows / runs) * cols);
        workers.forEach((long) batch * runs, Math.max(1, GRAIN / work), (from, to) -> {
            for (long k = from; k < to; k++) {
                int run = (int) (k % runs);
                int start = LandmarkKernels.start(run, rows, runs);
                int length = LandmarkKernels.start(run + 1, rows, runs) - start;
                mean(xs, (k / runs * rows + start) * cols, length, ys, k * cols, cols);
            }
        });
    }

    private static void mean(MemorySegment x, long at, int rows, MemorySegment y, long to, int cols) {
        for (int j = 0; j < cols; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, cols);
            FloatVector total = zero(SPECIES);
            for (int start = 0; start < rows; ) {
                int end = start + Math.min(rows - start, BLOCK);
                FloatVector sum = zero(SPECIES);
                for (int i = start; i < end; i++) {
                    sum = sum.add(fromMemorySegment(SPECIES, x, bytes(at + (long) i * cols + j), ORDER, mask));
                }
                total = total.add(sum);
                start = end;
            }
            total.div(rows).intoMemorySegment(y, bytes(to + j), ORDER, mask);
        }
    }

    /**
     * dx[b, i] = dy[b, k] / (the positions of run k), k the run of i; or dx += that.
     *
     * @param dy [batch, runs, cols]
     * @param dx [batch, rows, cols]
     */
    public static void runMeansGradient(
            FloatArray dy, FloatArray dx, int batch, int rows, int runs, int cols, int accumulate, Workers workers) {
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach((long) batch * rows, Math.max(1, GRAIN / Math.max(1, cols)), (from, to) -> {
            for (long i = from; i < to; i++) {
                int run = LandmarkKernels.runOf((int) (i % rows), rows, runs);
                int length = LandmarkKernels.start(run + 1, rows, runs) - LandmarkKernels.start(run, rows, runs);
                share(dys, (i / rows * runs + run) * cols, length, dxs, i * cols, cols, add);
            }
        });
    }

    /** dx = dy / length, or dx += that. */
    private static void share(MemorySegment dy, long at, int length, MemorySegment dx, long to, int cols, boolean add) {
        for (int j = 0; j < cols; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, cols);
            VectorMask<Float> before = SPECIES.indexInRange(j, add ? cols : j);
            fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER, mask)
                    .div(length)
                    .add(fromMemorySegment(SPECIES, dx, bytes(to + j), ORDER, before))
                    .intoMemorySegment(dx, bytes(to + j), ORDER, mask);
        }
    }

    /**
     * y = α·x + β·I, or y += that. y may be x.
     *
     * @param x [batch, size, size]
     * @param y like x
     */
    public static void plusIdentity(
            FloatArray x, FloatArray y, int batch, int size, float alpha, float beta, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        workers.forEach((long) batch * size, Math.max(1, GRAIN / Math.max(1, size)), (from, to) -> {
            for (long row = from; row < to; row++) {
                long diagonal = row * size + row % size;
                float before = add ? Lanes.get(ys, diagonal) : 0f;
                float sum = before + (alpha * Lanes.get(xs, diagonal) + beta);
                scaled(xs, alpha, ys, row * size, size, add);
                Lanes.set(ys, diagonal, sum);
            }
        });
    }

    /** y = α·x, or y += that. */
    private static void scaled(MemorySegment x, float alpha, MemorySegment y, long at, int length, boolean add) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, length);
            VectorMask<Float> before = SPECIES.indexInRange(j, add ? length : j);
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER, mask)
                    .mul(alpha)
                    .add(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER, before))
                    .intoMemorySegment(y, bytes(at + j), ORDER, mask);
        }
    }
}
