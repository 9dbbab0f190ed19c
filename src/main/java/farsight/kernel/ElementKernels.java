package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Elementwise kernels: activations, residuals, and factors and terms that all positions share. */
public final class ElementKernels {

    private ElementKernels() {}

    /** y = value, n elements. */
    public static void fill(FloatArray y, int n, float value) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            y.set(i, value);
        }
    }

    /** y = max(x, 0), n elements. y may be x. */
    public static void relu(FloatArray x, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            y.set(i, TornadoMath.max(x.get(i), 0f));
        }
    }

    /** dx = dy where y = relu(x) &gt; 0, NaN where y is NaN, else 0. dx may be dy. */
    public static void reluGradient(FloatArray y, FloatArray dy, FloatArray dx, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            // If v is not above 0, it is 0 or NaN.
            float v = y.get(i);
            float g = v > 0f ? dy.get(i) : v;
            float before = accumulate == 1 ? dx.get(i) : 0f;
            dx.set(i, before + g);
        }
    }

    /** y = 1 / (1 + exp(−x)), n elements. y may be x. */
    public static void sigmoid(FloatArray x, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            // exp of a non-positive value cannot overflow.
            float v = x.get(i);
            float e = TornadoMath.exp(v > 0f ? -v : v);
            y.set(i, v > 0f ? 1f / (1f + e) : e / (1f + e));
        }
    }

    /** dx = dy·y·(1 − y), y = sigmoid(x). dx may be dy. */
    public static void sigmoidGradient(FloatArray y, FloatArray dy, FloatArray dx, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float s = y.get(i);
            float before = accumulate == 1 ? dx.get(i) : 0f;
            dx.set(i, before + dy.get(i) * s * (1f - s));
        }
    }

    /** y = x, or y += x, n elements. */
    public static void copy(FloatArray x, FloatArray y, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float before = accumulate == 1 ? y.get(i) : 0f;
            y.set(i, before + x.get(i));
        }
    }

    /** y = x + u, n elements. y may be x or u. */
    public static void residual(FloatArray x, FloatArray u, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            y.set(i, x.get(i) + u.get(i));
        }
    }

    /**
     * y = x + γ·u, n elements. y may be x or u.
     *
     * @param gamma γ, [1]: an array, because the compiled kernel would keep a scalar as a constant
     */
    public static void scaledResidual(FloatArray x, FloatArray u, FloatArray gamma, FloatArray y, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            y.set(i, x.get(i) + gamma.get(0) * u.get(i));
        }
    }

    /** du = γ·dy, or du += γ·dy, n elements. du may be dy. */
    public static void scaledCopy(FloatArray gamma, FloatArray dy, FloatArray du, int n, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float before = accumulate == 1 ? du.get(i) : 0f;
            du.set(i, before + gamma.get(0) * dy.get(i));
        }
    }

    /**
     * y[b, i, j] = x[b, i, j]·s[b, j], or y += that: one factor per channel, the same at every position. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param s [batch, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void channelMultiply(
            FloatArray x, FloatArray s, FloatArray y, int batch, int rows, int cols, int accumulate, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                float before = accumulate == 1 ? y.get(at) : 0f;
                y.set(at, before + x.get(at) * s.get((row / rows) * cols + j));
            }
        }
    }

    /**
     * y_i = x_i / max(s_i, ε), and NaN where s_i is infinite or NaN. y may be x.
     *
     * @param x [rows, cols]
     * @param s [rows]
     * @param elementsEach elements of a row per iteration
     */
    public static void rowDivide(FloatArray x, FloatArray s, FloatArray y, int rows, int cols, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = row * cols + r % pieces * elementsEach;
            float factor = NormKernels.reciprocal(s.get(row));
            for (int k = 0; k < elementsEach; k++) {
                y.set(first + k, x.get(first + k) * factor);
            }
        }
    }

    /**
     * y[b, i, j] = x[b, i, j] + t[b, j]: one term per channel, the same at every position. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param t [batch, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void channelAdd(
            FloatArray x, FloatArray t, FloatArray y, int batch, int rows, int cols, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                y.set(at, x.get(at) + t.get((row / rows) * cols + j));
            }
        }
    }

    /**
     * y[b, i, j] = scale·t[b, j], or y += that: the gradient of a sum over positions.
     *
     * @param t [batch, cols]
     * @param y [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void broadcastOverPositions(
            FloatArray t, FloatArray y, int batch, int rows, int cols, float scale, int accumulate, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                float before = accumulate == 1 ? y.get(at) : 0f;
                y.set(at, before + scale * t.get((row / rows) * cols + j));
            }
        }
    }
}
