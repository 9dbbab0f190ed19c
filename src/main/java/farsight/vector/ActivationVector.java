package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * {@code farsight.kernel.ActivationKernels} by the Vector API. The inputs have only one number per channel, so every
 * vector uses a mask, not only the tail of a range.
 */
public final class ActivationVector {

    /** Elements per range: 128 KB per array. */
    private static final int GRAIN = 1 << 15;

    private ActivationVector() {}

    /** y = x·σ(x), n elements. y may be x. */
    public static void silu(FloatArray x, FloatArray y, int n, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = mask(i, to);
                FloatVector v = fromMemorySegment(SPECIES, xs, bytes(i), ORDER, mask);
                v.mul(sigmoid(v)).intoMemorySegment(ys, bytes(i), ORDER, mask);
            }
        });
    }

    /** dx = dy·σ(x)·(1 + x·(1 − σ(x))), or dx += that. dx may be dy, or x. */
    public static void siluGradient(
            FloatArray x, FloatArray dy, FloatArray dx, int n, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = mask(i, to);
                FloatVector v = fromMemorySegment(SPECIES, xs, bytes(i), ORDER, mask);
                FloatVector s = sigmoid(v);
                FloatVector slope = s.mul(v.mul(Lanes.broadcast(1f).sub(s)).add(1f));
                FloatVector g = fromMemorySegment(SPECIES, dys, bytes(i), ORDER, mask);
                Lanes.store(g.mul(slope), dxs, i, add, mask);
            }
        });
    }

    /** y = x/6 + 1/2, at least 0 and at most 1, n elements. y may be x. */
    public static void hardSigmoid(FloatArray x, FloatArray y, int n, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = mask(i, to);
                FloatVector v = fromMemorySegment(SPECIES, xs, bytes(i), ORDER, mask)
                        .div(6f)
                        .add(0.5f);
                // Comparisons instead of a minimum, so that a NaN stays a NaN.
                FloatVector low = v.blend(0f, v.compare(VectorOperators.LT, 0f));
                low.blend(1f, low.compare(VectorOperators.GT, 1f)).intoMemorySegment(ys, bytes(i), ORDER, mask);
            }
        });
    }

    /** dx = dy/6 where −3 &lt; x &lt; 3, else 0; or dx += that. dx may be dy, or x. */
    public static void hardSigmoidGradient(
            FloatArray x, FloatArray dy, FloatArray dx, int n, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = mask(i, to);
                FloatVector v = fromMemorySegment(SPECIES, xs, bytes(i), ORDER, mask);
                FloatVector g = fromMemorySegment(SPECIES, dys, bytes(i), ORDER, mask);
                FloatVector through =
                        Lanes.broadcast(0f).blend(g.div(6f), v.abs().compare(VectorOperators.LT, 3f));
                Lanes.store(through, dxs, i, add, mask);
            }
        });
    }

    /** The lanes left in a range. */
    private static VectorMask<Float> mask(long at, long end) {
        return SPECIES.indexInRange(at, end);
    }

    private static FloatVector sigmoid(FloatVector x) {
        // exp of a non-positive value cannot overflow.
        FloatVector e = Exponential.exp(x.abs().neg());
        FloatVector numerator = e.blend(1f, x.compare(VectorOperators.GT, 0f));
        return numerator.div(e.add(1f));
    }
}
