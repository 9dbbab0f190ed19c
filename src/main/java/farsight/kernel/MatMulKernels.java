package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batched matrix products, in the three transposed forms that forward and backward passes need.
 *
 * <p>{@code strideB} is the number of floats from one matrix B to the next: k·n for a batch of matrices, 0 if the whole
 * batch shares one matrix (a weight).
 *
 * <p>Each parallel iteration computes a part of C of {@value #ROWS} rows and {@value #COLUMNS} columns. It copies the
 * needed columns of B, {@value #BLOCK} terms of the sums at a time, into a private row-major array, and then goes over
 * its rows of A four at a time. Each copied number serves sixty-four rows, each number of A sixteen columns. On a CPU
 * the compiler vectorises the inner loop. It needs the copy for this, because device code addresses a FloatArray by
 * plain numbers, which hide neighbours from the compiler. Rows and columns beyond C repeat the last one, and their
 * results are dropped.
 */
public final class MatMulKernels {

    /** Terms summed before their sum is added to the total. */
    static final int BLOCK = 256;

    /** Columns of a part of C. */
    static final int COLUMNS = 16;

    /** Rows of a part of C. */
    static final int ROWS = 64;

    private MatMulKernels() {}

    /** Number of parts of C, [batch, m, n], that the kernels compute in parallel. */
    public static int parts(int batch, int m, int n) {
        return batch * strips(m) * tiles(n);
    }

    static int strips(int m) {
        return (m + ROWS - 1) / ROWS;
    }

    static int tiles(int n) {
        return (n + COLUMNS - 1) / COLUMNS;
    }

    /**
     * C = α·A·B, or C += α·A·B.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, k, n]
     * @param c C, [batch, m, n]
     * @param accumulate 1 to add to C, 0 to overwrite it
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
        int tiles = tiles(n);
        int strips = strips(m);
        int parts = parts(batch, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int row = ((part / tiles) % strips) * ROWS;
            int item = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - row);
            int first = item * m + row;
            float[] tile = new float[BLOCK * COLUMNS];
            float[] total = new float[ROWS * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int start = 0; start < k; start += BLOCK) {
                int depth = Math.min(BLOCK, k - start);
                for (int i = 0; i < depth; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        tile[i * COLUMNS + j] = b.get(item * strideB + (start + i) * n + col + Math.min(j, width - 1));
                    }
                }
                addProducts(a, first * k + start, k, 1, tile, total, height, depth);
            }
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    int at = (first + i) * n + col + j;
                    float before = accumulate == 1 ? c.get(at) : 0f;
                    c.set(at, before + alpha * total[i * COLUMNS + j]);
                }
            }
        }
    }

    /**
     * C = α·A·Bᵀ, or C += α·A·Bᵀ. With a weight in PyTorch's layout [out, in] as B and stride 0, it is the 1×1
     * convolution without bias.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param c C, [batch, m, n]
     * @param accumulate 1 to add to C, 0 to overwrite it
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
        int tiles = tiles(n);
        int strips = strips(m);
        int parts = parts(batch, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int row = ((part / tiles) % strips) * ROWS;
            int item = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - row);
            int first = item * m + row;
            float[] total = new float[ROWS * COLUMNS];
            productOfRows(a, first * k, b, item * strideB + col * k, total, height, width, k);
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    int at = (first + i) * n + col + j;
                    float before = accumulate == 1 ? c.get(at) : 0f;
                    c.set(at, before + alpha * total[i * COLUMNS + j]);
                }
            }
        }
    }

    /**
     * The left-transposed product over one chunk of rows: P[b, s] = A[b, rows of s]ᵀ · B[b, rows of s]. The sum over
     * the rows of AᵀB runs over positions, often hundreds of thousands, while the result is small. So chunks of rows
     * run in parallel, and {@link ColumnKernels#sumChunks} adds the chunks.
     *
     * @param a A, [batch, rows, m]
     * @param b B, [batch, rows, n]
     * @param partial P, [batch, chunks, m, n]
     * @param chunkRows rows per chunk; chunks = ⌈rows / chunkRows⌉
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
        int tiles = tiles(n);
        int strips = strips(m);
        int parts = parts(batch * chunks, m, n);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int row = ((part / tiles) % strips) * ROWS;
            int piece = part / (tiles * strips);
            int width = Math.min(COLUMNS, n - col);
            int height = Math.min(ROWS, m - row);
            int begin = (piece % chunks) * chunkRows;
            int stop = Math.min(begin + chunkRows, rows);
            int first = (piece / chunks) * rows;
            float[] tile = new float[BLOCK * COLUMNS];
            float[] total = new float[ROWS * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int start = begin; start < stop; start += BLOCK) {
                int depth = Math.min(BLOCK, stop - start);
                for (int i = 0; i < depth; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        tile[i * COLUMNS + j] = b.get((first + start + i) * n + col + Math.min(j, width - 1));
                    }
                }
                addProducts(a, (first + start) * m + row, 1, m, tile, total, height, depth);
            }
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    partial.set((piece * m + row + i) * n + col + j, total[i * COLUMNS + j]);
                }
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
        int tiles = tiles(out);
        int parts = parts(1, rows, out);
        for (@Parallel int part = 0; part < parts; part++) {
            int col = (part % tiles) * COLUMNS;
            int row = (part / tiles) * ROWS;
            int width = Math.min(COLUMNS, out - col);
            int height = Math.min(ROWS, rows - row);
            float[] total = new float[ROWS * COLUMNS];
            productOfRows(x, row * in, w, col * in, total, height, width, in);
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    y.set((row + i) * out + col + j, bias.get(col + j) + total[i * COLUMNS + j]);
                }
            }
        }
    }

    /**
     * T = A·Bᵀ over rows of A and of B, for a part of C.
     *
     * @param a holds A, [height, k], from {@code firstA} on
     * @param b holds B, [width, k], from {@code firstB} on
     * @param total T, [height, COLUMNS]
     */
    static void productOfRows(
            FloatArray a, int firstA, FloatArray b, int firstB, float[] total, int height, int width, int k) {
        float[] tile = new float[BLOCK * COLUMNS];
        for (int j = 0; j < ROWS * COLUMNS; j++) {
            total[j] = 0f;
        }
        for (int start = 0; start < k; start += BLOCK) {
            int depth = Math.min(BLOCK, k - start);
            for (int i = 0; i < depth; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    tile[i * COLUMNS + j] = b.get(firstB + Math.min(j, width - 1) * k + start + i);
                }
            }
            addProducts(a, firstA + start, k, 1, tile, total, height, depth);
        }
    }

    /**
     * The sum, or NaN if it overflowed: a sum that reached −∞ need not be below 0, but ReLU or exp would turn it into
     * 0.
     */
    static float settled(float sum) {
        return sum + sum * 0f;
    }

    /**
     * T[h, j] += Σ_i A[h, i]·B[i, j], with the sum computed first; NaN if it overflows.
     *
     * @param a holds A: A[h, i] is its element first + h·nextRow + i·nextTerm
     * @param tile B, [depth, COLUMNS]
     * @param total T, [height, COLUMNS]
     */
    static void addProducts(
            FloatArray a, int first, int nextRow, int nextTerm, float[] tile, float[] total, int height, int depth) {
        float[] sum = new float[4 * COLUMNS];
        for (int h = 0; h < height; h += 4) {
            int row0 = first + h * nextRow;
            int row1 = first + Math.min(h + 1, height - 1) * nextRow;
            int row2 = first + Math.min(h + 2, height - 1) * nextRow;
            int row3 = first + Math.min(h + 3, height - 1) * nextRow;
            for (int j = 0; j < 4 * COLUMNS; j++) {
                sum[j] = 0f;
            }
            for (int i = 0; i < depth; i++) {
                float v0 = a.get(row0 + i * nextTerm);
                float v1 = a.get(row1 + i * nextTerm);
                float v2 = a.get(row2 + i * nextTerm);
                float v3 = a.get(row3 + i * nextTerm);
                for (int j = 0; j < COLUMNS; j++) {
                    float w = tile[i * COLUMNS + j];
                    sum[j] += v0 * w;
                    sum[COLUMNS + j] += v1 * w;
                    sum[2 * COLUMNS + j] += v2 * w;
                    sum[3 * COLUMNS + j] += v3 * w;
                }
            }
            for (int j = 0; j < 4 * COLUMNS; j++) {
                total[h * COLUMNS + j] = settled(total[h * COLUMNS + j] + sum[j]);
            }
        }
    }
}
