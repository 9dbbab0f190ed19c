package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums over columns, whose entries are the positions, in two stages: partial sums of chunks of rows in parallel, then
 * their sum. The chunks depend on the shape alone, so the result does not depend on the number of threads.
 *
 * <p>In the first stage a parallel iteration adds {@value #TILE} neighbouring columns, so that additions do not wait
 * for each other. If fewer are left, the last column stands in for the missing ones.
 */
public final class ColumnKernels {

    /** Columns per parallel iteration of a first stage. */
    private static final int TILE = 4;

    /** ε of {@link #unitMeans}. */
    public static final float MEANS_EPSILON = 1e-6f;

    private ColumnKernels() {}

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnSumChunks(
            FloatArray x, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows) {
        int tiles = (cols + TILE - 1) / TILE;
        int all = batch * chunks * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int piece = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, cols - col);
            int chunk = piece % chunks;
            int first = (piece / chunks) * rows;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                sum[j] = 0f;
            }
            for (int i = chunk * chunkRows; i < stop; i++) {
                for (int j = 0; j < TILE; j++) {
                    sum[j] += x.get((first + i) * cols + col + Math.min(j, width - 1));
                }
            }
            for (int j = 0; j < width; j++) {
                partial.set(piece * cols + col + j, sum[j]);
            }
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j]·y[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param y [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnDotChunks(
            FloatArray x, FloatArray y, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows) {
        int tiles = (cols + TILE - 1) / TILE;
        int all = batch * chunks * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int piece = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, cols - col);
            int chunk = piece % chunks;
            int first = (piece / chunks) * rows;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                sum[j] = 0f;
            }
            for (int i = chunk * chunkRows; i < stop; i++) {
                for (int j = 0; j < TILE; j++) {
                    int at = (first + i) * cols + col + Math.min(j, width - 1);
                    sum[j] += x.get(at) * y.get(at);
                }
            }
            for (int j = 0; j < width; j++) {
                partial.set(piece * cols + col + j, sum[j]);
            }
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of r(x[b, i, j])², with r the identity or ReLU.
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     * @param relu 1 to take max(x, 0) first
     */
    public static void columnSquareChunks(
            FloatArray x, FloatArray partial, int batch, int rows, int cols, int chunks, int chunkRows, int relu) {
        int tiles = (cols + TILE - 1) / TILE;
        int all = batch * chunks * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int piece = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, cols - col);
            int chunk = piece % chunks;
            int first = (piece / chunks) * rows;
            int stop = Math.min((chunk + 1) * chunkRows, rows);
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                sum[j] = 0f;
            }
            for (int i = chunk * chunkRows; i < stop; i++) {
                for (int j = 0; j < TILE; j++) {
                    float v = x.get((first + i) * cols + col + Math.min(j, width - 1));
                    if (relu == 1) {
                        v = TornadoMath.max(v, 0f);
                    }
                    sum[j] += v * v;
                }
            }
            for (int j = 0; j < width; j++) {
                partial.set(piece * cols + col + j, sum[j]);
            }
        }
    }

    /**
     * y[b, j] = scale·Σ_s P[b, s, j], or y += that: the second stage of every sum over positions. NaN where the sum
     * overflows.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void sumChunks(
            FloatArray partial, FloatArray y, int batch, int chunks, int cols, float scale, int accumulate) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * chunks;
            float sum = 0f;
            for (int s = 0; s < chunks; s++) {
                sum += partial.get((first + s) * cols + r % cols);
            }
            float before = accumulate == 1 ? y.get(r) : 0f;
            y.set(r, before + scale * MatMulKernels.settled(sum));
        }
    }

    /**
     * y[b, j] = √(Σ_s P[b, s, j]): the second stage of a norm over positions.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void rootOfChunks(FloatArray partial, FloatArray y, int batch, int chunks, int cols) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * chunks;
            float sum = 0f;
            for (int s = 0; s < chunks; s++) {
                sum += partial.get((first + s) * cols + r % cols);
            }
            y.set(r, TornadoMath.sqrt(sum));
        }
    }

    /**
     * Recomputes norms over positions whose squares may have overflowed: y[b, j] = √(Σ_i r(x[b, i, j])²) for every
     * large y[b, j], with the numbers scaled by {@link NormKernels#SHRINK}.
     *
     * @param x [batch, rows, cols]
     * @param y result of {@link #rootOfChunks}, [batch, cols]
     * @param relu 1 to take max(x, 0) first
     */
    public static void largeColumnNorms(FloatArray x, FloatArray y, int batch, int rows, int cols, int relu) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            float norm = y.get(r);
            if (norm > NormKernels.LARGE_NORM) {
                y.set(r, NormKernels.largeNorm(x, (r / cols) * rows * cols + r % cols, cols, rows, relu));
            }
        }
    }

    /**
     * y_j = l(x_j / (ε + s_j)) for every column j, l(v) = v / (ε + ‖v‖), ε = 1e-6: weighted means, scaled to a length
     * of about 1. Both divisions become one, by ‖x_j‖ + ε·(ε + s_j). NaN where the norm overflows. y may be x.
     *
     * @param x weighted sums, [batch, rows, cols]
     * @param sums s, the sums of the weights, each at least 0, [batch, cols]
     * @param y [batch, rows, cols]
     * @param factors y_j / x_j, [batch, cols]
     */
    public static void unitMeans(
            FloatArray x, FloatArray sums, FloatArray y, FloatArray factors, int batch, int rows, int cols) {
        int all = batch * cols;
        for (@Parallel int r = 0; r < all; r++) {
            int first = (r / cols) * rows * cols + r % cols;
            float squares = 0f;
            for (int i = 0; i < rows; i++) {
                float v = x.get(first + i * cols);
                squares += v * v;
            }
            float norm = squares > NormKernels.LARGE
                    ? NormKernels.largeNorm(x, first, cols, rows, 0)
                    : TornadoMath.sqrt(squares);
            float divisor = norm + MEANS_EPSILON * (MEANS_EPSILON + sums.get(r));
            float overflown = norm * 0f;
            factors.set(r, 1f / divisor + overflown);
            for (int i = 0; i < rows; i++) {
                y.set(first + i * cols, x.get(first + i * cols) / divisor + overflown);
            }
        }
    }
}
