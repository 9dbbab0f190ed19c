package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products of matrices, batched, in the three transposes that forward and backward passes need.
 *
 * <p>{@code strideB} is the number of floats from one matrix B to the next: k·n for a batch of
 * matrices, 0 for one matrix that the whole batch shares (a weight).
 */
public final class MatMulKernels {

    /** Terms summed before their sum is added to the total. */
    static final int BLOCK = 256;

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
        int rows = batch * m;
        for (@Parallel int row = 0; row < rows; row++) {
            for (@Parallel int col = 0; col < n; col++) {
                int base = (row / m) * strideB + col;
                float total = 0f;
                for (int start = 0; start < k; start += BLOCK) {
                    int end = Math.min(start + BLOCK, k);
                    float sum = 0f;
                    for (int i = start; i < end; i++) {
                        sum += a.get(row * k + i) * b.get(base + i * n);
                    }
                    total += sum;
                }
                float before = accumulate == 1 ? c.get(row * n + col) : 0f;
                c.set(row * n + col, before + alpha * total);
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
        int rows = batch * m;
        for (@Parallel int row = 0; row < rows; row++) {
            for (@Parallel int col = 0; col < n; col++) {
                int base = (row / m) * strideB + col * k;
                float total = 0f;
                for (int start = 0; start < k; start += BLOCK) {
                    int end = Math.min(start + BLOCK, k);
                    float sum = 0f;
                    for (int i = start; i < end; i++) {
                        sum += a.get(row * k + i) * b.get(base + i);
                    }
                    total += sum;
                }
                float before = accumulate == 1 ? c.get(row * n + col) : 0f;
                c.set(row * n + col, before + alpha * total);
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
        int outer = batch * chunks * m;
        for (@Parallel int r = 0; r < outer; r++) {
            for (@Parallel int col = 0; col < n; col++) {
                int row = r % m;
                int chunk = (r / m) % chunks;
                int first = (r / (m * chunks)) * rows;
                int stop = Math.min((chunk + 1) * chunkRows, rows);
                float total = 0f;
                for (int start = chunk * chunkRows; start < stop; start += BLOCK) {
                    int end = Math.min(start + BLOCK, stop);
                    float sum = 0f;
                    for (int i = start; i < end; i++) {
                        sum += a.get((first + i) * m + row) * b.get((first + i) * n + col);
                    }
                    total += sum;
                }
                partial.set(r * n + col, total);
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
        for (@Parallel int row = 0; row < rows; row++) {
            for (@Parallel int col = 0; col < out; col++) {
                float total = bias.get(col);
                for (int start = 0; start < in; start += BLOCK) {
                    int end = Math.min(start + BLOCK, in);
                    float sum = 0f;
                    for (int i = start; i < end; i++) {
                        sum += x.get(row * in + i) * w.get(col * in + i);
                    }
                    total += sum;
                }
                y.set(row * out + col, total);
            }
        }
    }
}
