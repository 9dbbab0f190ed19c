package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention with unit-norm weights that are not stored: y_i = Σ_j w_ij·v_j with w_i = l2(max(q_i·k_j, 0)).
 *
 * <p>One pass over the weights is enough: y is summed without the norm and divided by it at the end. So LatentGNN's
 * affinities between N positions and d latent nodes take no memory. The latent nodes' vectors are q on the way to the
 * latent nodes, with the positions as k and v; the positions are q on the way back.
 *
 * <p>Large weights may overflow in their squares or in their products with v although y itself does not. If a row's
 * squares in a chunk sum to more than {@link #LARGE}, its sum over that chunk is therefore recomputed from weights
 * already scaled to unit norm. The negated norm of the chunk then replaces its sum of squares.
 */
public final class L2ReluAttentionKernels {

    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    /** A sum of squares above this marks large weights: far above ordinary sums, far below overflow. */
    private static final float LARGE = 1e30f;

    /** √{@link #LARGE}, the threshold for norms. */
    private static final float LARGE_NORM = 1e15f;

    private L2ReluAttentionKernels() {}

    /**
     * Y[b, s] = Σ_j r_ij·v_j and S[b, s] = Σ_j r_ij² over the keys j of chunk s, with r_ij = max(q_i·k_j, 0). Each
     * parallel iteration computes {@value MatMulKernels#COLUMNS} rows and {@value MatMulKernels#ROWS} columns of Y,
     * {@value MatMulKernels#ROWS} keys at a time.
     *
     * @param q [batch or 1, rows, c]
     * @param k [batch or 1, keys, c]
     * @param v [batch, keys, width]
     * @param y Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param strideQ floats from one q of the batch to the next: rows·c, or 0 if the batch shares one
     * @param strideK floats from one k of the batch to the next: keys·c, or 0 if the batch shares one
     * @param chunkKeys keys per chunk; chunks = ⌈keys / chunkKeys⌉
     */
    public static void sums(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray squares,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int chunks,
            int chunkKeys) {
        int tiles = MatMulKernels.tiles(rows);
        int strips = MatMulKernels.strips(width);
        int parts = parts(batch * chunks, rows, width);
        for (@Parallel int part = 0; part < parts; part++) {
            int row = (part % tiles) * COLUMNS;
            int col = ((part / tiles) % strips) * ROWS;
            int piece = part / (tiles * strips);
            int matrix = piece / chunks;
            int high = Math.min(COLUMNS, rows - row);
            int wide = Math.min(ROWS, width - col);
            int begin = (piece % chunks) * chunkKeys;
            int stop = begin + Math.min(chunkKeys, keys - begin);
            float[] weights = new float[ROWS * COLUMNS];
            float[] total = new float[ROWS * COLUMNS];
            float[] square = new float[COLUMNS];
            float[] sum = new float[COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int j = 0; j < COLUMNS; j++) {
                square[j] = 0f;
            }
            for (int start = begin; start < stop; start += ROWS) {
                int depth = Math.min(ROWS, stop - start);
                MatMulKernels.productOfRows(
                        k, matrix * strideK + start * c, q, matrix * strideQ + row * c, weights, depth, high, c);
                for (int j = 0; j < COLUMNS; j++) {
                    sum[j] = 0f;
                }
                for (int i = 0; i < depth; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        float r = TornadoMath.max(weights[i * COLUMNS + j], 0f);
                        weights[i * COLUMNS + j] = r;
                        sum[j] += r * r;
                    }
                }
                for (int j = 0; j < COLUMNS; j++) {
                    square[j] += sum[j];
                }
                MatMulKernels.addProducts(
                        v, (matrix * keys + start) * width + col, 1, width, weights, total, wide, depth);
            }
            for (int j = 0; j < high; j++) {
                int at = piece * rows + row + j;
                for (int i = 0; i < wide; i++) {
                    y.set(at * width + col + i, total[i * COLUMNS + j]);
                }
                if (col == 0) {
                    squares.set(at, square[j]);
                }
            }
        }
    }

    /**
     * Recomputes rows with large weights: Y[b, s] = Σ_j r_ij·v_j / n_i and S[b, s] = −n_i, n_i = √(Σ_j r_ij²) over the
     * keys j of chunk s, for every row with a large S[b, s]. Other rows stay unchanged.
     *
     * @param y Y of {@link #sums}
     * @param squares S of {@link #sums}
     * @param rooted 1 if y is already divided and {@code squares} holds n_i: the result is then n_i instead of −n_i
     */
    public static void largeSums(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray squares,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int chunks,
            int chunkKeys,
            int rooted) {
        int all = batch * chunks * rows;
        float large = rooted == 1 ? LARGE_NORM : LARGE;
        for (@Parallel int at = 0; at < all; at++) {
            if (squares.get(at) > large) {
                int piece = at / rows;
                int matrix = piece / chunks;
                int begin = (piece % chunks) * chunkKeys;
                int stop = begin + Math.min(chunkKeys, keys - begin);
                int query = matrix * strideQ + (at % rows) * c;
                float sum = 0f;
                for (int j = begin; j < stop; j++) {
                    float r = weight(q, query, k, matrix * strideK + j * c, c) * NormKernels.SHRINK;
                    sum += r * r;
                }
                float factor = NormKernels.SHRINK / TornadoMath.sqrt(sum);
                for (int i = 0; i < width; i++) {
                    y.set(at * width + i, 0f);
                }
                for (int j = begin; j < stop; j++) {
                    float w = weight(q, query, k, matrix * strideK + j * c, c) * factor;
                    for (int i = 0; i < width; i++) {
                        y.set(at * width + i, y.get(at * width + i) + w * v.get((matrix * keys + j) * width + i));
                    }
                }
                float norm = TornadoMath.sqrt(sum) * NormKernels.GROW;
                squares.set(at, rooted == 1 ? norm : -norm);
            }
        }
    }

    /** max(q·k, 0). */
    private static float weight(FloatArray q, int query, FloatArray k, int key, int c) {
        float sum = 0f;
        for (int i = 0; i < c; i++) {
            sum += q.get(query + i) * k.get(key + i);
        }
        return TornadoMath.max(MatMulKernels.settled(sum), 0f);
    }

    /**
     * Joins the chunks of each row. A row without large weights gets S_i = Σ_s S[b, s]. A row with large weights in any
     * chunk gets S_i = −n_i, n_i the norm over all chunks, and its Y[b, s] are scaled so that their sum is y: by n_is /
     * n_i, n_is the chunk's norm, if already divided by n_is, otherwise by 1 / n_i.
     *
     * @param partial Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param total S_i, [batch, rows]
     */
    public static void joinChunks(
            FloatArray partial, FloatArray squares, FloatArray total, int batch, int chunks, int rows, int width) {
        int all = batch * rows;
        for (@Parallel int at = 0; at < all; at++) {
            int first = (at / rows) * chunks * rows + at % rows;
            float sum = 0f;
            float small = 0f;
            int large = 0;
            for (int s = 0; s < chunks; s++) {
                float square = squares.get(first + s * rows);
                sum += square;
                if (square < 0f) {
                    large = 1;
                }
                float norm = (square < 0f ? -square : TornadoMath.sqrt(square)) * NormKernels.SHRINK;
                small += norm * norm;
            }
            if (large == 1) {
                float norm = TornadoMath.sqrt(small) * NormKernels.GROW;
                float factor = NormKernels.reciprocal(norm);
                for (int s = 0; s < chunks; s++) {
                    int row = first + s * rows;
                    float square = squares.get(row);
                    float w = square < 0f ? -square * factor : factor;
                    for (int i = 0; i < width; i++) {
                        partial.set(row * width + i, partial.get(row * width + i) * w);
                    }
                }
                sum = -norm;
            }
            total.set(at, sum);
        }
    }

    /** Iterations of {@link #sums}. */
    public static int parts(int pieces, int rows, int width) {
        return pieces * MatMulKernels.tiles(rows) * MatMulKernels.strips(width);
    }

    /**
     * Last stage: norms n = √S and y / max(n, ε), both in place. A negative S is −n, and its y is already divided.
     *
     * @param y [rows, width]
     * @param norms S before and n after, [rows]
     * @param unit 1 to divide; 0 to change only the rows whose norm is NaN (large weights are not treated apart then)
     */
    public static void unitRows(FloatArray y, FloatArray norms, int rows, int width, int unit) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float square = norms.get(row);
            float norm = square < 0f ? -square : TornadoMath.sqrt(square);
            norms.set(row, norm);
            if (unit == 1 || Float.isNaN(norm)) {
                float factor = square < 0f ? 1f + norm * 0f : NormKernels.reciprocal(norm);
                for (int j = 0; j < width; j++) {
                    y.set(row * width + j, y.get(row * width + j) * factor);
                }
            }
        }
    }
}
