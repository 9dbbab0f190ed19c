package farsight.vector.training;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.DotProducts;
import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Updates in place: {@code farsight.kernel.UpdateKernels} by the Vector API. */
public final class UpdateVector {

    /** Elements per range: 64 KB per array. */
    private static final int GRAIN = 1 << 14;

    private UpdateVector() {}

    private static float factor(FloatArray clip, int clipped) {
        return clipped == 1 ? clip.get(1) : 1f;
    }

    /** w ← w − lr·d with d = g + λ·w, λ the weight decay, n elements. */
    public static void sgd(
            FloatArray w,
            FloatArray g,
            FloatArray hyper,
            FloatArray clip,
            int n,
            int clipped,
            float decay,
            Workers workers) {
        MemorySegment ws = w.getSegment();
        MemorySegment gs = g.getSegment();
        float factor = factor(clip, clipped);
        float rate = hyper.get(0);
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(i, to);
                FloatVector before = fromMemorySegment(SPECIES, ws, bytes(i), ORDER, mask);
                FloatVector d = fromMemorySegment(SPECIES, gs, bytes(i), ORDER, mask)
                        .mul(factor)
                        .add(before.mul(decay));
                before.sub(d.mul(rate)).intoMemorySegment(ws, bytes(i), ORDER, mask);
            }
        });
    }

    /** v ← μ·v + d and w ← w − lr·v with d = g + λ·w; with {@code nesterov} w ← w − lr·(d + μ·v). */
    public static void sgdMomentum(
            FloatArray w,
            FloatArray g,
            FloatArray v,
            FloatArray hyper,
            FloatArray clip,
            int n,
            int clipped,
            float decay,
            float momentum,
            int nesterov,
            Workers workers) {
        MemorySegment ws = w.getSegment();
        MemorySegment gs = g.getSegment();
        MemorySegment vs = v.getSegment();
        float factor = factor(clip, clipped);
        float rate = hyper.get(0);
        // The direction is a·d + b·v.
        float ofGradient = nesterov == 1 ? 1f : 0f;
        float ofVelocity = nesterov == 1 ? momentum : 1f;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(i, to);
                FloatVector before = fromMemorySegment(SPECIES, ws, bytes(i), ORDER, mask);
                FloatVector d = fromMemorySegment(SPECIES, gs, bytes(i), ORDER, mask)
                        .mul(factor)
                        .add(before.mul(decay));
                FloatVector velocity = fromMemorySegment(SPECIES, vs, bytes(i), ORDER, mask)
                        .mul(momentum)
                        .add(d);
                velocity.intoMemorySegment(vs, bytes(i), ORDER, mask);
                FloatVector direction = d.mul(ofGradient).add(velocity.mul(ofVelocity));
                before.sub(direction.mul(rate)).intoMemorySegment(ws, bytes(i), ORDER, mask);
            }
        });
    }

    /**
     * m ← β₁·m + (1 − β₁)·d, v ← β₂·v + (1 − β₂)·d², w ← w − lr/(1 − β₁ᵗ)·m / (√v/√(1 − β₂ᵗ) + ε), with d = g + λ·w;
     * with {@code decoupled} (AdamW) d = g and first w ← w − lr·λ·w.
     *
     * @param hyper lr, 1/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ)
     * @param share1 1 − β₁
     * @param share2 1 − β₂
     */
    public static void adam(
            FloatArray w,
            FloatArray g,
            FloatArray m,
            FloatArray v,
            FloatArray hyper,
            FloatArray clip,
            int n,
            int clipped,
            float beta1,
            float share1,
            float beta2,
            float share2,
            float epsilon,
            float decay,
            int decoupled,
            Workers workers) {
        MemorySegment ws = w.getSegment();
        MemorySegment gs = g.getSegment();
        MemorySegment ms = m.getSegment();
        MemorySegment vs = v.getSegment();
        float factor = factor(clip, clipped);
        float rate = hyper.get(0);
        float step = rate * hyper.get(1);
        float rootFactor = hyper.get(2);
        float coupled = decoupled == 1 ? 0f : decay;
        float shrink = decoupled == 1 ? rate * decay : 0f;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(i, to);
                FloatVector before = fromMemorySegment(SPECIES, ws, bytes(i), ORDER, mask);
                FloatVector d = fromMemorySegment(SPECIES, gs, bytes(i), ORDER, mask)
                        .mul(factor)
                        .add(before.mul(coupled));
                FloatVector mean = fromMemorySegment(SPECIES, ms, bytes(i), ORDER, mask)
                        .mul(beta1)
                        .add(d.mul(share1));
                FloatVector square = fromMemorySegment(SPECIES, vs, bytes(i), ORDER, mask)
                        .mul(beta2)
                        .add(d.mul(share2).mul(d));
                mean.intoMemorySegment(ms, bytes(i), ORDER, mask);
                square.intoMemorySegment(vs, bytes(i), ORDER, mask);
                FloatVector root = square.sqrt().mul(rootFactor).add(epsilon);
                before.sub(before.mul(shrink))
                        .sub(mean.mul(step).div(root))
                        .add(root.mul(0f))
                        .intoMemorySegment(ws, bytes(i), ORDER, mask);
            }
        });
    }

    /**
     * P[first + s] = Σ over chunk s of x_i².
     *
     * @param x [n]
     * @param partial P, at least [first + chunks]
     */
    public static void squareChunks(
            FloatArray x, FloatArray partial, int n, int chunks, int chunkLength, int first, Workers workers) {
        MemorySegment xs = x.getSegment();
        workers.forEach(chunks, Math.max(1, GRAIN / chunkLength), (from, to) -> {
            for (int s = (int) from; s < to; s++) {
                int at = s * chunkLength;
                partial.set(first + s, DotProducts.dot(xs, at, xs, at, Math.min(chunkLength, n - at)));
            }
        });
    }
}
