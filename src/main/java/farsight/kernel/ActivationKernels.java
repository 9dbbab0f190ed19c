package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Activations and gates of squeeze-excitation in EfficientNet and MobileNetV3; a NaN gives a NaN. */
public final class ActivationKernels {

    private ActivationKernels() {}

    /** y = x·σ(x) with σ(x) = 1 / (1 + exp(−x)), n elements. y may be x. */
    public static void silu(FloatArray x, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            // exp of a non-positive value cannot overflow.
            float v = x.get(i);
            float e = TornadoMath.exp(v > 0f ? -v : v);
            float s = v > 0f ? 1f / (1f + e) : e / (1f + e);
            y.set(i, v * s);
        }
    }

    /** dx = dy·σ(x)·(1 + x·(1 − σ(x))), or dx += that. dx may be dy, or x. */
    public static void siluGradient(FloatArray x, FloatArray dy, FloatArray dx, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float v = x.get(i);
            float e = TornadoMath.exp(v > 0f ? -v : v);
            float s = v > 0f ? 1f / (1f + e) : e / (1f + e);
            float before = accumulate == 1 ? dx.get(i) : 0f;
            dx.set(i, before + dy.get(i) * (s * (1f + v * (1f - s))));
        }
    }

    /** y = x/6 + 1/2, at least 0 and at most 1, n elements. y may be x. */
    public static void hardSigmoid(FloatArray x, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            // Comparisons instead of a minimum, so that a NaN stays a NaN.
            float v = x.get(i) / 6f + 0.5f;
            float low = v < 0f ? 0f : v;
            y.set(i, low > 1f ? 1f : low);
        }
    }

    /** dx = dy/6 where −3 &lt; x &lt; 3, else 0; or dx += that. dx may be dy, or x. */
    public static void hardSigmoidGradient(FloatArray x, FloatArray dy, FloatArray dx, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float v = x.get(i);
            float size = v > 0f ? v : -v;
            float g = size < 3f ? dy.get(i) / 6f : 0f;
            float before = accumulate == 1 ? dx.get(i) : 0f;
            dx.set(i, before + g);
        }
    }
}
