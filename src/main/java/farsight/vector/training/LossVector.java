package farsight.vector.training;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.kernel.LossKernels;
import farsight.vector.Exponential;
import farsight.vector.Lanes;
import farsight.vector.SoftmaxVector;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Losses: {@code farsight.kernel.LossKernels} by the Vector API, along the classes. */
public final class LossVector {

    /** Floats per range. */
    private static final int GRAIN = 1 << 13;

    private LossVector() {}

    private static long rowGrain(int classes) {
        return Math.max(1, GRAIN / Math.max(Lanes.COUNT, classes));
    }

    /**
     * Of every row w_y·(−log softmax(z)_y), w_y, 1, and 1 if y is the first largest logit; all 0 if y is ignored.
     *
     * @param z logits, [rows, classes]
     * @param labels y, [rows]
     * @param weights w, [classes]; not read unless {@code weighted} is 1
     * @param terms [rows, 4]
     */
    public static void crossEntropyTerms(
            FloatArray z,
            FloatArray labels,
            FloatArray weights,
            FloatArray terms,
            int rows,
            int classes,
            int weighted,
            int ignored,
            Workers workers) {
        MemorySegment zs = z.getSegment();
        workers.forEach(rows, rowGrain(classes), (from, to) -> {
            for (int row = (int) from; row < to; row++) {
                int label = (int) labels.get(row);
                int at = LossKernels.TERMS * row;
                if (label == ignored) {
                    for (int k = 0; k < LossKernels.TERMS; k++) {
                        terms.set(at + k, 0f);
                    }
                    continue;
                }
                long first = (long) row * classes;
                int y = Math.clamp(label, 0, classes - 1);
                float target = Lanes.get(zs, first + y);
                float max = SoftmaxVector.greatest(zs, first, classes, 1f);
                float w = weighted == 1 ? weights.get(y) : 1f;
                boolean correct = target >= max && SoftmaxVector.greatest(zs, first, y, 1f) < target;
                terms.set(at, w * ((float) Math.log(exponentials(zs, first, classes, max)) + (max - target)));
                terms.set(at + 1, w);
                terms.set(at + 2, 1f);
                terms.set(at + 3, correct ? 1f : 0f);
            }
        });
    }

    /** Σ exp(x − max). */
    private static float exponentials(MemorySegment x, long at, int length, float max) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < length; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER, mask);
            sum = sum.add(Exponential.exp(v.sub(max)), mask);
        }
        return Lanes.sum(sum);
    }

    /**
     * dz_j = dL·w_y/T_1·(softmax(z)_j − [j = y]), 0 in ignored rows; or dz += that. dz may be z.
     *
     * @param totals T, [4]
     * @param dLoss dL, [1]
     * @param dz like z
     */
    public static void crossEntropyGradient(
            FloatArray z,
            FloatArray labels,
            FloatArray weights,
            FloatArray totals,
            FloatArray dLoss,
            FloatArray dz,
            int rows,
            int classes,
            int weighted,
            int ignored,
            int accumulate,
            Workers workers) {
        MemorySegment zs = z.getSegment();
        MemorySegment dzs = dz.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(rows, rowGrain(classes), (from, to) -> {
            for (int row = (int) from; row < to; row++) {
                int label = (int) labels.get(row);
                long first = (long) row * classes;
                if (label == ignored) {
                    if (!add) {
                        Lanes.fill(dzs, first, classes, 0f);
                    }
                    continue;
                }
                int y = Math.clamp(label, 0, classes - 1);
                float w = weighted == 1 ? weights.get(y) : 1f;
                float factor = w / totals.get(1) * dLoss.get(0);
                float max = SoftmaxVector.greatest(zs, first, classes, 1f);
                float sum = exponentials(zs, first, classes, max);
                rowGradient(zs, dzs, first, classes, max, 1f / sum, factor, y, add);
            }
        });
    }

    private static void rowGradient(
            MemorySegment z,
            MemorySegment dz,
            long at,
            int length,
            float max,
            float each,
            float factor,
            int y,
            boolean add) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(j, length);
            VectorMask<Float> before = SPECIES.indexInRange(j, add ? length : j);
            VectorMask<Float> target = SPECIES.indexInRange(0, y + 1 - j).andNot(SPECIES.indexInRange(0, y - j));
            FloatVector p = Exponential.exp(fromMemorySegment(SPECIES, z, bytes(at + j), ORDER, mask)
                            .sub(max))
                    .mul(each);
            p.sub(1f, target)
                    .mul(factor)
                    .add(fromMemorySegment(SPECIES, dz, bytes(at + j), ORDER, before))
                    .intoMemorySegment(dz, bytes(at + j), ORDER, mask);
        }
    }

    /**
     * P[s] = Σ over chunk s of (y_i − t_i)².
     *
     * @param y [n]
     * @param t [n]
     * @param partial P, [chunks]
     */
    public static void squaredErrorChunks(
            FloatArray y, FloatArray t, FloatArray partial, int n, int chunks, int chunkLength, Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment ts = t.getSegment();
        workers.forEach(chunks, Math.max(1, GRAIN / chunkLength), (from, to) -> {
            for (int s = (int) from; s < to; s++) {
                int first = s * chunkLength;
                partial.set(s, squares(ys, ts, first, Math.min(chunkLength, n - first)));
            }
        });
    }

    private static float squares(MemorySegment y, MemorySegment t, long at, int length) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < length; i += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(i, length);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + i), ORDER, mask)
                    .sub(fromMemorySegment(SPECIES, t, bytes(at + i), ORDER, mask));
            sum = v.fma(v, sum);
        }
        return Lanes.sum(sum);
    }

    /**
     * dy = dL·scale·(y − t), or dy += that, n elements. dy may be y or t.
     *
     * @param dLoss dL, [1]
     */
    public static void squaredErrorGradient(
            FloatArray y,
            FloatArray t,
            FloatArray dLoss,
            FloatArray dy,
            int n,
            float scale,
            int accumulate,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment ts = t.getSegment();
        MemorySegment dys = dy.getSegment();
        float factor = dLoss.get(0) * scale;
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(i, to);
                FloatVector v = fromMemorySegment(SPECIES, ys, bytes(i), ORDER, mask)
                        .sub(fromMemorySegment(SPECIES, ts, bytes(i), ORDER, mask));
                Lanes.store(v.mul(factor), dys, i, add, mask);
            }
        });
    }
}
