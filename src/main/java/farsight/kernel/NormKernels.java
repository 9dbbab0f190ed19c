package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Unit L2 norms over either axis, with an optional ReLU before.
 *
 * <p>l2(v) = v / max(‖v‖, ε), ε = 1e-12. Its gradient is (dy − y·(y·dy)) / ‖v‖, or dy / ε where the norm is at most ε
 * and the divisor therefore constant, as in PyTorch's {@code normalize}.
 *
 * <p>Squares of numbers beyond 1e19 overflow. A sum of squares above {@link #LARGE} is therefore recomputed with the
 * numbers scaled by {@link #SHRINK}. An infinite or NaN norm gives NaN: dividing by ∞ would silently turn numbers into
 * 0.
 */
public final class NormKernels {

    /** ε, the smallest divisor. */
    public static final float EPSILON = 1e-12f;

    /** A sum of squares above this may have overflowed. */
    public static final float LARGE = 1e36f;

    /** √{@link #LARGE}, the threshold for norms. */
    public static final float LARGE_NORM = 1e18f;

    /**
     * 2⁻⁸⁰: the square of any number scaled by this does not overflow, and a norm beyond √{@link #LARGE} scaled by this
     * has a square above 0.
     */
    public static final float SHRINK = 0x1p-80f;

    /** 2⁸⁰. */
    public static final float GROW = 0x1p80f;

    /** Number of independent sums over a row, so that additions do not wait for each other. */
    private static final int PARTS = 8;

    private NormKernels() {}

    /** max(x, 0) of a sum; NaN if it overflowed, because a sum that reached −∞ need not be below 0. */
    public static float rectified(float x) {
        return TornadoMath.max(x, 0f) + x * 0f;
    }

    /** 1 / max(norm, ε); NaN if the norm is infinite or NaN. */
    public static float reciprocal(float norm) {
        return 1f / TornadoMath.max(norm, EPSILON) + norm * 0f;
    }

    /**
     * [y &gt; 0 if ReLU]·(dy − y·delta) / norm: an element of the gradient through a vector of unit norm, [y &gt; 0]·dy / ε
     * where the norm is at most ε.
     */
    public static float l2Gradient(float dy, float y, float norm, float delta, int relu) {
        float factor = reciprocal(norm);
        // A factor of 0 instead of a branch: half of ReLU's results are 0, and no processor predicts which.
        float gate = relu == 1 && y <= 0f ? 0f : factor;
        float projected = norm > EPSILON ? delta : 0f;
        return (dy - y * projected) * gate;
    }

    /** 1 / √(σ² + ε); NaN if the variance is infinite or NaN. */
    public static float reciprocalRoot(float variance, float epsilon) {
        return 1f / TornadoMath.sqrt(variance + epsilon) + variance * 0f;
    }

    /**
     * √(Σ_i r(x[first + i·step])²) over n numbers, r the identity or ReLU, for numbers whose squares may overflow.
     *
     * @param relu 1 to take max(x, 0) first
     */
    public static float largeNorm(FloatArray x, int first, int step, int n, int relu) {
        float sum = 0f;
        for (int i = 0; i < n; i++) {
            float v = x.get(first + i * step) * SHRINK;
            if (relu == 1) {
                v = TornadoMath.max(v, 0f);
            }
            sum += v * v;
        }
        return TornadoMath.sqrt(sum) * GROW;
    }

    /** Σ_j r(x[first + j])², r the identity or ReLU. */
    private static float squares(FloatArray x, int first, int cols, int relu) {
        float[] part = new float[PARTS];
        for (int p = 0; p < PARTS; p++) {
            part[p] = 0f;
        }
        int whole = cols / PARTS * PARTS;
        for (int j = 0; j < whole; j += PARTS) {
            for (int p = 0; p < PARTS; p++) {
                float v = x.get(first + j + p);
                if (relu == 1) {
                    v = TornadoMath.max(v, 0f);
                }
                part[p] += v * v;
            }
        }
        float sum = 0f;
        for (int j = whole; j < cols; j++) {
            float v = x.get(first + j);
            if (relu == 1) {
                v = TornadoMath.max(v, 0f);
            }
            sum += v * v;
        }
        for (int p = 0; p < PARTS; p++) {
            sum += part[p];
        }
        return sum;
    }

    /** Σ_j x[first + j]·y[first + j]. */
    private static float products(FloatArray x, FloatArray y, int first, int cols) {
        float[] part = new float[PARTS];
        for (int p = 0; p < PARTS; p++) {
            part[p] = 0f;
        }
        int whole = cols / PARTS * PARTS;
        for (int j = 0; j < whole; j += PARTS) {
            for (int p = 0; p < PARTS; p++) {
                part[p] += x.get(first + j + p) * y.get(first + j + p);
            }
        }
        float sum = 0f;
        for (int j = whole; j < cols; j++) {
            sum += x.get(first + j) * y.get(first + j);
        }
        for (int p = 0; p < PARTS; p++) {
            sum += part[p];
        }
        return sum;
    }

    /**
     * y_i = l2(r(x_i)) for every row i, r the identity or ReLU; the norms are kept for the gradient.
     * y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     * @param norms ‖r(x_i)‖, [rows]
     * @param relu 1 to take max(x, 0) first
     */
    public static void l2Rows(FloatArray x, FloatArray y, FloatArray norms, int rows, int cols, int relu) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float squares = squares(x, row * cols, cols, relu);
            float norm = squares > LARGE ? largeNorm(x, row * cols, 1, cols, relu) : TornadoMath.sqrt(squares);
            norms.set(row, norm);
            float factor = reciprocal(norm);
            for (int j = 0; j < cols; j++) {
                float v = x.get(row * cols + j);
                if (relu == 1) {
                    v = TornadoMath.max(v, 0f);
                }
                y.set(row * cols + j, v * factor);
            }
        }
    }

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(dy_i − y_i·(y_i·dy_i)) / ‖r(x_i)‖, or dy_i / ε where the norm is at most ε.
     * dx may be dy.
     *
     * @param y result of {@link #l2Rows}, [rows, cols]
     * @param dy [rows, cols]
     * @param norms [rows]
     * @param dx [rows, cols]
     */
    public static void l2RowsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray dx,
            int rows,
            int cols,
            int relu,
            int accumulate) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float norm = norms.get(row);
            float delta = norm > EPSILON ? products(y, dy, row * cols, cols) : 0f;
            float factor = reciprocal(norm);
            for (int j = 0; j < cols; j++) {
                float v = y.get(row * cols + j);
                // A factor of 0 instead of a branch: half of ReLU's results are 0, and no processor predicts which.
                float gate = relu == 1 && v <= 0f ? 0f : factor;
                float g = (dy.get(row * cols + j) - v * delta) * gate;
                float before = accumulate == 1 ? dx.get(row * cols + j) : 0f;
                dx.set(row * cols + j, before + g);
            }
        }
    }

    /**
     * y[b, i, j] = r(x[b, i, j]) / max(norms[b, j], ε): each column, a vector over positions, gets
     * unit norm. The norms come from {@link ColumnKernels#columnSquareChunks}. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param norms [batch, cols]
     * @param y [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void l2Positions(
            FloatArray x, FloatArray norms, FloatArray y, int batch, int rows, int cols, int relu, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                float v = x.get(row * cols + j);
                if (relu == 1) {
                    v = TornadoMath.max(v, 0f);
                }
                float norm = norms.get((row / rows) * cols + j);
                y.set(row * cols + j, v / TornadoMath.max(norm, EPSILON) + norm * 0f);
            }
        }
    }

    /**
     * dx[b, i, j] = [y &gt; 0 if ReLU]·(dy − y·delta[b, j]) / norms[b, j], with delta[b, j] = Σ_i
     * y·dy from {@link ColumnKernels#columnDotChunks}; [y &gt; 0]·dy / ε where the norm is at most ε. dx may be dy.
     *
     * @param y [batch, rows, cols]
     * @param dy [batch, rows, cols]
     * @param norms [batch, cols]
     * @param delta [batch, cols]
     * @param dx [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void l2PositionsGradient(
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int rows,
            int cols,
            int relu,
            int accumulate,
            int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                int at = row * cols + j;
                int column = (row / rows) * cols + j;
                float g = l2Gradient(dy.get(at), y.get(at), norms.get(column), delta.get(column), relu);
                float before = accumulate == 1 ? dx.get(at) : 0f;
                dx.set(at, before + g);
            }
        }
    }
}
