package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The concatenation form of a pairwise function, factorised: ReLU(w·[θ_i; φ_j]) = ReLU(u·θ_i +
 * v·φ_j) = ReLU(s_i + t_j), so no buffer of 2c·N² is needed.
 */
public final class PairKernels {

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    private PairKernels() {}

    /** The number at index {@code at} of dA if v &gt; 0, NaN if v is NaN, else 0. */
    public static float gated(float v, FloatArray da, int at) {
        return v > 0f ? da.get(at) : TornadoMath.max(v, 0f);
    }

    /**
     * A[b, i, j] = α·ReLU(s[b, i] + t[b, j]).
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param a A, [batch, rows, cols]
     * @param elementsEach elements of a row per iteration
     */
    public static void pairSum(
            FloatArray s, FloatArray t, FloatArray a, int batch, int rows, int cols, float alpha, int elementsEach) {
        int pieces = cols / elementsEach;
        int all = batch * rows * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / pieces;
            int first = r % pieces * elementsEach;
            for (int k = 0; k < elementsEach; k++) {
                int j = first + k;
                float v = s.get(row) + t.get((row / rows) * cols + j);
                a.set(row * cols + j, alpha * TornadoMath.max(v, 0f));
            }
        }
    }

    /**
     * ds[b, i] = α·Σ_j [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or ds += that.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param ds like s
     */
    public static void pairRowGradient(
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray ds,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate) {
        int all = batch * rows;
        for (@Parallel int row = 0; row < all; row++) {
            int first = (row / rows) * cols;
            float total = 0f;
            for (int start = 0; start < cols; start += BLOCK) {
                int end = Math.min(start + BLOCK, cols);
                float sum = 0f;
                for (int j = start; j < end; j++) {
                    sum += gated(s.get(row) + t.get(first + j), da, row * cols + j);
                }
                total += sum;
            }
            float before = accumulate == 1 ? ds.get(row) : 0f;
            ds.set(row, before + alpha * total);
        }
    }

    /**
     * dt[b, j] = α·Σ_i [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or dt += that.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param dt like t
     */
    public static void pairColumnGradient(
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray dt,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * rows;
            int col = r % cols;
            float total = 0f;
            for (int start = 0; start < rows; start += BLOCK) {
                int end = Math.min(start + BLOCK, rows);
                float sum = 0f;
                for (int i = start; i < end; i++) {
                    sum += gated(s.get(first + i) + t.get(r), da, (first + i) * cols + col);
                }
                total += sum;
            }
            float before = accumulate == 1 ? dt.get(r) : 0f;
            dt.set(r, before + alpha * total);
        }
    }
}
