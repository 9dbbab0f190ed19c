package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Updates in place of what a network learns, w, by its gradient g, and of what it keeps over batches. They follow
 * PyTorch's optimisers.
 *
 * <p>Numbers that change from step to step lie in an array {@code hyper}, because a compiled kernel keeps scalars as
 * constants: the learning rate first. With {@code clipped} 1 the gradient is multiplied by {@code clip[1]} ({@link
 * #clipFactor}) before anything else; otherwise {@code clip} is not read.
 */
public final class UpdateKernels {

    /** Added to a norm before the largest one is divided by it, as PyTorch's {@code clip_grad_norm_} does. */
    private static final float CLIP_EPSILON = 1e-6f;

    private UpdateKernels() {}

    /** w ← w − lr·d with d = g + λ·w, λ the weight decay, n elements. */
    public static void sgd(
            FloatArray w, FloatArray g, FloatArray hyper, FloatArray clip, int n, int clipped, float decay) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float factor = clipped == 1 ? clip.get(1) : 1f;
            float before = w.get(i);
            w.set(i, before - hyper.get(0) * (g.get(i) * factor + decay * before));
        }
    }

    /**
     * v ← μ·v + d and w ← w − lr·v with d = g + λ·w; with {@code nesterov} w ← w − lr·(d + μ·v). A v of 0 gives v = d,
     * PyTorch's first step.
     */
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
            int nesterov) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float factor = clipped == 1 ? clip.get(1) : 1f;
            float before = w.get(i);
            float d = g.get(i) * factor + decay * before;
            float velocity = momentum * v.get(i) + d;
            v.set(i, velocity);
            w.set(i, before - hyper.get(0) * (nesterov == 1 ? d + momentum * velocity : velocity));
        }
    }

    /**
     * m ← β₁·m + (1 − β₁)·d, v ← β₂·v + (1 − β₂)·d², w ← w − lr/(1 − β₁ᵗ)·m / (√v/√(1 − β₂ᵗ) + ε), with d = g + λ·w;
     * with {@code decoupled} (AdamW) d = g and first w ← w − lr·λ·w. NaN where v overflows: dividing by ∞ would leave w
     * as it is.
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
            int decoupled) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float factor = clipped == 1 ? clip.get(1) : 1f;
            float rate = hyper.get(0);
            float before = w.get(i);
            float d = g.get(i) * factor + (decoupled == 1 ? 0f : decay * before);
            float start = decoupled == 1 ? before - rate * decay * before : before;
            float mean = beta1 * m.get(i) + share1 * d;
            float square = beta2 * v.get(i) + share2 * d * d;
            m.set(i, mean);
            v.set(i, square);
            float root = TornadoMath.sqrt(square) * hyper.get(2) + epsilon;
            w.set(i, start - rate * hyper.get(1) * mean / root + root * 0f);
        }
    }

    /**
     * P[first + s] = Σ over chunk s of x_i².
     *
     * @param x [n]
     * @param partial P, at least [first + chunks]
     */
    public static void squareChunks(FloatArray x, FloatArray partial, int n, int chunks, int chunkLength, int first) {
        int all = Bounds.computed(chunks);
        for (@Parallel int s = 0; s < all; s++) {
            int start = s * chunkLength;
            int length = Math.min(chunkLength, n - start);
            float sum = 0f;
            for (int i = 0; i < length; i++) {
                float v = x.get(start + i);
                sum += v * v;
            }
            partial.set(first + s, sum);
        }
    }

    /**
     * The norm ‖g‖ = √S and the factor min(1, most / (‖g‖ + 1e-6)) that clips it; NaN if S overflowed.
     *
     * @param squares S, [n]
     * @param norms both, [n, 2]
     */
    public static void clipFactor(FloatArray squares, FloatArray norms, int n, float most) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float norm = TornadoMath.sqrt(squares.get(i));
            norms.set(2 * i, norm);
            norms.set(2 * i + 1, TornadoMath.min(1f, most / (norm + CLIP_EPSILON)) + norm * 0f);
        }
    }

    /**
     * kept_i ← keep·kept_i + share·Σ_b now[b, i].
     *
     * @param kept [n]
     * @param now [samples, n]
     */
    public static void runningStatistic(FloatArray kept, FloatArray now, int samples, int n, float keep, float share) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float sum = 0f;
            for (int b = 0; b < samples; b++) {
                sum += now.get(b * n + i);
            }
            kept.set(i, keep * kept.get(i) + share * sum);
        }
    }
}
