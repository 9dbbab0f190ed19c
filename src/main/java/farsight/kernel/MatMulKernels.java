package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products of matrices, batched, in the three transposes that forward and backward passes need.
 *
 * <p>{@code strideB} is the number of floats from one matrix B to the next: k·n for a batch of
 * matrices, 0 for one matrix that the whole batch shares (a weight).
 *
 * <p>Each parallel iteration computes {@value #TILE} neighbouring elements of a row of C, so that a
 * number read from A serves eight multiplications: on a processor's cores that is several times
 * faster than one element each. Where fewer than eight are left, the last column is read again in
 * place of those beyond it, and what it gives is dropped.
 */
public final class MatMulKernels {

    /** Terms summed before their sum is added to the total. */
    static final int BLOCK = 256;

    /** Columns of C that one parallel iteration computes. */
    static final int TILE = 8;

    private MatMulKernels() {}

    /**
     * C = α·A·B, or C += α·A·B.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, k, n]
     * @param c C, [batch, m, n]
     * @param accumulate 1 to add to what C holds, 0 to overwrite it
     */
    public static void matMul(
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * m * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int base = (row / m) * strideB;
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int end = Math.min(start + BLOCK, k);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get(row * k + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get(base + i * n + col + Math.min(j, width - 1));
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                int at = row * n + col + j;
                float before = accumulate == 1 ? c.get(at) : 0f;
                c.set(at, before + alpha * total[j]);
            }
        }
    }

    /**
     * C = α·A·Bᵀ, or C += α·A·Bᵀ. With B a weight in PyTorch's layout [out, in] and stride 0 it is
     * the 1×1 convolution without bias.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param c C, [batch, m, n]
     * @param accumulate 1 to add to what C holds, 0 to overwrite it
     */
    public static void matMulRightTransposed(
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * m * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int base = (row / m) * strideB;
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int end = Math.min(start + BLOCK, k);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get(row * k + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get(base + (col + Math.min(j, width - 1)) * k + i);
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                int at = row * n + col + j;
                float before = accumulate == 1 ? c.get(at) : 0f;
                c.set(at, before + alpha * total[j]);
            }
        }
    }

    /**
     * The left-transposed product over one chunk of rows: P[b, s] = A[b, rows of s]ᵀ · B[b, rows of
     * s]. The sum over rows of AᵀB runs over positions, often hundreds of thousands, while the result
     * is small: so the rows are cut into chunks, which run in parallel, and {@link
     * ColumnKernels#sumChunks} adds the chunks.
     *
     * @param a A, [batch, rows, m]
     * @param b B, [batch, rows, n]
     * @param partial P, [batch, chunks, m, n]
     * @param chunkRows rows a chunk; chunks = ⌈rows / chunkRows⌉
     */
    public static void matMulLeftTransposedChunks(
            FloatArray a,
            FloatArray b,
            FloatArray partial,
            int batch,
            int rows,
            int m,
            int n,
            int chunks,
            int chunkRows) {
        int tiles = (n + TILE - 1) / TILE;
        int all = batch * chunks * tiles * m;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r % m;
            int col = ((r / m) % tiles) * TILE;
            int width = Math.min(TILE, n - col);
            int piece = r / (m * tiles);
            int first = (piece / chunks) * rows;
            int begin = (piece % chunks) * chunkRows;
            int stop = Math.min(begin + chunkRows, rows);
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = begin; start < stop; start += BLOCK) {
                int end = Math.min(start + BLOCK, stop);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = a.get((first + i) * m + row);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * b.get((first + i) * n + col + Math.min(j, width - 1));
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                partial.set((piece * m + row) * n + col + j, total[j]);
            }
        }
    }

    /**
     * y = x·Wᵀ + b at every position: the 1×1 convolution with bias.
     *
     * @param x [rows, in]
     * @param w W, [out, in], PyTorch's layout
     * @param bias b, [out]
     * @param y [rows, out]
     */
    public static void projectWithBias(
            FloatArray x, FloatArray w, FloatArray bias, FloatArray y, int rows, int in, int out) {
        int tiles = (out + TILE - 1) / TILE;
        int all = rows * tiles;
        for (@Parallel int r = 0; r < all; r++) {
            int row = r / tiles;
            int col = (r % tiles) * TILE;
            int width = Math.min(TILE, out - col);
            float[] total = new float[TILE];
            float[] sum = new float[TILE];
            for (int j = 0; j < TILE; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < in; start += BLOCK) {
                int end = Math.min(start + BLOCK, in);
                for (int j = 0; j < TILE; j++) {
                    sum[j] = 0f;
                }
                for (int i = start; i < end; i++) {
                    float v = x.get(row * in + i);
                    for (int j = 0; j < TILE; j++) {
                        sum[j] += v * w.get((col + Math.min(j, width - 1)) * in + i);
                    }
                }
                for (int j = 0; j < TILE; j++) {
                    total[j] += sum[j];
                }
            }
            for (int j = 0; j < width; j++) {
                y.set(row * out + col + j, bias.get(col + j) + total[j]);
            }
        }
    }
}
