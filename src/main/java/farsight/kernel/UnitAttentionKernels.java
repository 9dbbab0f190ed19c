package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention whose weights are not stored, and have unit norm where those of a softmax have unit sum: y_i = Σ_j w_ij·v_j
 * with w_i = l2(max(q_i·k_j, 0)).
 *
 * <p>The norm needs no weight a second time: y is summed without it and divided at the end. So LatentGNN's affinities,
 * between N positions and d latent nodes, take no memory: to the latent nodes with their vectors as q and the positions
 * as k and v, back from them with the positions as q.
 */
public final class UnitAttentionKernels {

    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    private UnitAttentionKernels() {}

    /**
     * Y[b, s] = Σ_j r_ij·v_j and S[b, s] = Σ_j r_ij² over the keys j of chunk s, with r_ij = max(q_i·k_j, 0). Each
     * parallel iteration has {@value MatMulKernels#COLUMNS} rows and {@value MatMulKernels#ROWS} columns of Y, and goes
     * through the keys {@value MatMulKernels#ROWS} at a time.
     *
     * @param q [batch or 1, rows, c]
     * @param k [batch or 1, keys, c]
     * @param v [batch, keys, width]
     * @param y Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param strideQ floats from one q of the batch to the next: rows·c, or 0 where the batch shares one
     * @param strideK floats from one k of the batch to the next: keys·c, or 0 where the batch shares one
     * @param chunkKeys keys a chunk; chunks = ⌈keys / chunkKeys⌉
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

    /** Iterations of {@link #sums}. */
    public static int parts(int pieces, int rows, int width) {
        return pieces * MatMulKernels.tiles(rows) * MatMulKernels.strips(width);
    }

    /**
     * The end: norms from squares, n = √S, and y / max(n, ε), both in place.
     *
     * @param y [rows, width]
     * @param norms S before and n after, [rows]
     * @param unit 1 to divide, 0 to leave y as it is
     */
    public static void unitRows(FloatArray y, FloatArray norms, int rows, int width, int unit) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float norm = TornadoMath.sqrt(norms.get(row));
            norms.set(row, norm);
            if (unit == 1) {
                float factor = 1f / TornadoMath.max(norm, NormKernels.EPSILON);
                for (int j = 0; j < width; j++) {
                    y.set(row * width + j, y.get(row * width + j) * factor);
                }
            }
        }
    }
}
