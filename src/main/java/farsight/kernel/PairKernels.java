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

    /**
     * A[b, i, j] = α·ReLU(s[b, i] + t[b, j]).
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param a A, [batch, rows, cols]
     */
    public static void pairSum(FloatArray s, FloatArray t, FloatArray a, int batch, int rows, int cols, float alpha) {
        int all = batch * rows;
        for (@Parallel int row = 0; row < all; row++) {
            for (@Parallel int j = 0; j < cols; j++) {
                float v = s.get(row) + t.get((row / rows) * cols + j);
                a.set(row * cols + j, alpha * TornadoMath.max(v, 0f));
            }
        }
    }

    /**
     * ds[b, i] = α·Σ_j [A &gt; 0]·dA, or ds += that.
     *
     * @param a A, [batch·rows, cols]
     * @param da dA, like A
     * @param ds [batch·rows]
     */
    public static void pairRowGradient(
            FloatArray a, FloatArray da, FloatArray ds, int rows, int cols, float alpha, int accumulate) {
        for (@Parallel int row = 0; row < rows; row++) {
            float total = 0f;
            for (int start = 0; start < cols; start += BLOCK) {
                int end = Math.min(start + BLOCK, cols);
                float sum = 0f;
                for (int j = start; j < end; j++) {
                    sum += a.get(row * cols + j) > 0f ? da.get(row * cols + j) : 0f;
                }
                total += sum;
            }
            float before = accumulate == 1 ? ds.get(row) : 0f;
            ds.set(row, before + alpha * total);
        }
    }

    /**
     * dt[b, j] = α·Σ_i [A &gt; 0]·dA, or dt += that.
     *
     * @param a A, [batch, rows, cols]
     * @param da dA, like A
     * @param dt [batch, cols]
     */
    public static void pairColumnGradient(
            FloatArray a, FloatArray da, FloatArray dt, int batch, int rows, int cols, float alpha, int accumulate) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * rows;
            int col = r % cols;
            float total = 0f;
            for (int start = 0; start < rows; start += BLOCK) {
                int end = Math.min(start + BLOCK, rows);
                float sum = 0f;
                for (int i = start; i < end; i++) {
                    int at = (first + i) * cols + col;
                    sum += a.get(at) > 0f ? da.get(at) : 0f;
                }
                total += sum;
            }
            float before = accumulate == 1 ? dt.get(r) : 0f;
            dt.set(r, before + alpha * total);
        }
    }
}
