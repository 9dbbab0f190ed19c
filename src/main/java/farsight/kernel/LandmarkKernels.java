package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Landmarks (means of runs of consecutive positions) and the steps of an iterative inverse.
 *
 * <p>N positions are cut into m ≤ N runs: with s = ⌊N/m⌋ and r = N mod m, the first m − r runs have s positions, the
 * last r runs have s + 1.
 */
public final class LandmarkKernels {

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    private LandmarkKernels() {}

    /** First position of a run; N for run m. */
    public static int start(int run, int rows, int runs) {
        return run * (rows / runs) + Math.max(0, run - (runs - rows % runs));
    }

    /** The run of a position. */
    public static int runOf(int position, int rows, int runs) {
        int each = rows / runs;
        int even = runs - rows % runs;
        return position < even * each ? position / each : even + (position - even * each) / (each + 1);
    }

    /**
     * y[b, k] = the mean of x[b, i] over the positions i of run k.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, runs, cols], runs ≤ rows
     * @param span elements of a row per iteration
     */
    public static void runMeans(FloatArray x, FloatArray y, int batch, int rows, int runs, int cols, int span) {
        int spans = cols / span;
        int all = batch * runs * spans;
        for (@Parallel int r = 0; r < all; r++) {
            int k = r / spans;
            int first = k / runs * rows;
            int from = start(k % runs, rows, runs);
            int to = start(k % runs + 1, rows, runs);
            for (int n = 0; n < span; n++) {
                int j = r % spans * span + n;
                float total = 0f;
                for (int block = from; block < to; block += BLOCK) {
                    int end = Math.min(block + BLOCK, to);
                    float sum = 0f;
                    for (int i = block; i < end; i++) {
                        sum += x.get((first + i) * cols + j);
                    }
                    total += sum;
                }
                y.set(k * cols + j, total / (to - from));
            }
        }
    }

    /**
     * dx[b, i] = dy[b, k] / (the positions of run k), k the run of i; or dx += that.
     *
     * @param dy [batch, runs, cols]
     * @param dx [batch, rows, cols]
     * @param span elements of a row per iteration
     */
    public static void runMeansGradient(
            FloatArray dy, FloatArray dx, int batch, int rows, int runs, int cols, int accumulate, int span) {
        int spans = cols / span;
        int all = batch * rows * spans;
        for (@Parallel int r = 0; r < all; r++) {
            int i = r / spans;
            int run = runOf(i % rows, rows, runs);
            int length = start(run + 1, rows, runs) - start(run, rows, runs);
            for (int n = 0; n < span; n++) {
                int j = r % spans * span + n;
                float before = accumulate == 1 ? dx.get(i * cols + j) : 0f;
                dx.set(i * cols + j, before + dy.get((i / rows * runs + run) * cols + j) / length);
            }
        }
    }

    /**
     * z = aᵀ / max_j sums_j, with the column sums of a. For a ≥ 0 it is aᵀ / ‖a‖₁.
     *
     * @param a [batch, size, size]
     * @param sums [batch, size]
     * @param z like a
     */
    public static void transposeOverNorm(FloatArray a, FloatArray sums, FloatArray z, int batch, int size) {
        int all = batch * size;
        for (@Parallel int r = 0; r < all; r++) {
            int first = r / size * size;
            float norm = sums.get(first);
            for (int j = 1; j < size; j++) {
                norm = TornadoMath.max(norm, sums.get(first + j));
            }
            for (int i = 0; i < size; i++) {
                z.set(r * size + i, a.get((first + i) * size + r % size) / norm);
            }
        }
    }

    /**
     * da_ij = (dz_ji − [j = k]·Σ dz·z) / sums_k with k the first column with the largest sum, or da += that.
     *
     * @param sums [batch, size]
     * @param dots dot products of the rows of z and dz, [batch, size]
     * @param dz [batch, size, size]
     * @param da like dz
     */
    public static void transposeOverNormGradient(
            FloatArray sums, FloatArray dots, FloatArray dz, FloatArray da, int batch, int size, int accumulate) {
        int all = batch * size;
        for (@Parallel int r = 0; r < all; r++) {
            int first = r / size * size;
            float norm = sums.get(first);
            int largest = 0;
            float total = dots.get(first);
            for (int j = 1; j < size; j++) {
                if (sums.get(first + j) > norm) {
                    largest = j;
                }
                norm = TornadoMath.max(norm, sums.get(first + j));
                total += dots.get(first + j);
            }
            for (int j = 0; j < size; j++) {
                float g = dz.get((first + j) * size + r % size);
                float along = j == largest ? total : 0f;
                float before = accumulate == 1 ? da.get(r * size + j) : 0f;
                da.set(r * size + j, before + (g - along) / norm);
            }
        }
    }

    /**
     * y = α·x + β·I, or y += that. y may be x.
     *
     * @param x [batch, size, size]
     * @param y like x
     * @param span elements of a row per iteration
     */
    public static void plusIdentity(
            FloatArray x, FloatArray y, int batch, int size, float alpha, float beta, int accumulate, int span) {
        int spans = size / span;
        int all = batch * size * spans;
        for (@Parallel int r = 0; r < all; r++) {
            int i = r / spans;
            for (int n = 0; n < span; n++) {
                int j = r % spans * span + n;
                float identity = j == i % size ? beta : 0f;
                float before = accumulate == 1 ? y.get(i * size + j) : 0f;
                y.set(i * size + j, before + (alpha * x.get(i * size + j) + identity));
            }
        }
    }
}
