package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Losses, and their gradients.
 *
 * <p>Cross-entropy: L = Σ w_y·(−log softmax(z)_y) / Σ w_y over the rows whose label y is not ignored. The mean is over
 * what counts in the whole batch, as in PyTorch. If nothing counts, L is NaN and every gradient 0. A label outside the
 * classes is read as the nearest class.
 */
public final class LossKernels {

    /** Numbers per row of {@link #crossEntropyTerms}. */
    public static final int TERMS = 4;

    /** Lower bound of all logits; not −∞, because device compilers with relaxed arithmetic have no infinity. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private LossKernels() {}

    /**
     * Of every row w_y·(−log softmax(z)_y), w_y, 1, and 1 if y is the first largest logit; all 0 if y is ignored.
     *
     * @param z logits, [rows, classes]
     * @param labels y, whole numbers, [rows]
     * @param weights w, [classes]; not read unless {@code weighted} is 1
     * @param terms [rows, 4]
     * @param ignored the label that does not count
     */
    public static void crossEntropyTerms(
            FloatArray z,
            FloatArray labels,
            FloatArray weights,
            FloatArray terms,
            int rows,
            int classes,
            int weighted,
            int ignored) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            int first = row * classes;
            int label = (int) labels.get(row);
            int y = Math.min(Math.max(label, 0), classes - 1);
            float target = z.get(first + y);
            float max = LOWEST;
            float earlier = 0f;
            for (int j = 0; j < classes; j++) {
                float v = z.get(first + j);
                max = TornadoMath.max(max, v);
                earlier = j < y && v >= target ? 1f : earlier;
            }
            float sum = 0f;
            for (int j = 0; j < classes; j++) {
                sum += TornadoMath.exp(z.get(first + j) - max);
            }
            float w = weighted == 1 ? weights.get(y) : 1f;
            float counted = label == ignored ? 0f : 1f;
            float correct = target >= max && earlier < 1f ? counted : 0f;
            terms.set(TERMS * row, label == ignored ? 0f : w * (TornadoMath.log(sum) + (max - target)));
            terms.set(TERMS * row + 1, label == ignored ? 0f : w);
            terms.set(TERMS * row + 2, counted);
            terms.set(TERMS * row + 3, correct);
        }
    }

    /**
     * L = T_0 / T_1.
     *
     * @param totals T, the sums of {@link #crossEntropyTerms}, [n, 4]
     * @param loss L, [n]
     */
    public static void crossEntropyMean(FloatArray totals, FloatArray loss, int n) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            loss.set(i, totals.get(TERMS * i) / totals.get(TERMS * i + 1));
        }
    }

    /**
     * dz_j = dL·w_y/T_1·(softmax(z)_j − [j = y]), 0 in ignored rows; or dz += that. dz may be z.
     *
     * @param totals T, the sums of {@link #crossEntropyTerms}, [4]
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
            int accumulate) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            int first = row * classes;
            int label = (int) labels.get(row);
            int y = Math.min(Math.max(label, 0), classes - 1);
            float max = LOWEST;
            for (int j = 0; j < classes; j++) {
                max = TornadoMath.max(max, z.get(first + j));
            }
            float sum = 0f;
            for (int j = 0; j < classes; j++) {
                sum += TornadoMath.exp(z.get(first + j) - max);
            }
            float w = weighted == 1 ? weights.get(y) : 1f;
            float factor = w / totals.get(1) * dLoss.get(0);
            for (int j = 0; j < classes; j++) {
                float p = TornadoMath.exp(z.get(first + j) - max) / sum;
                float g = (j == y ? p - 1f : p) * factor;
                float before = accumulate == 1 ? dz.get(first + j) : 0f;
                dz.set(first + j, before + (label == ignored ? 0f : g));
            }
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
            FloatArray y, FloatArray t, FloatArray partial, int n, int chunks, int chunkLength) {
        int all = Bounds.computed(chunks);
        for (@Parallel int s = 0; s < all; s++) {
            int first = s * chunkLength;
            int length = Math.min(chunkLength, n - first);
            float sum = 0f;
            for (int i = 0; i < length; i++) {
                float v = y.get(first + i) - t.get(first + i);
                sum += v * v;
            }
            partial.set(s, sum);
        }
    }

    /**
     * dy = dL·scale·(y − t), or dy += that, n elements. dy may be y or t.
     *
     * @param dLoss dL, [1]
     */
    public static void squaredErrorGradient(
            FloatArray y, FloatArray t, FloatArray dLoss, FloatArray dy, int n, float scale, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            float before = accumulate == 1 ? dy.get(i) : 0f;
            dy.set(i, before + dLoss.get(0) * scale * (y.get(i) - t.get(i)));
        }
    }
}
