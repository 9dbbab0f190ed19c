package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Gradients of {@link L2ReluAttentionKernels}, with the weights w_i = l2(max(q_i·k_j, 0)) recomputed. With r_ij =
 * max(q_i·k_j, 0), n_i its norm, g_ij = dy_i·v_j and D_i = y_i·dy_i = Σ_j w_ij·g_ij:
 *
 * <pre>
 *   w_ij = r_ij·f_i,   s_ij = [r_ij &gt; 0]·f_i·(g_ij − w_ij·h_i),   f_i = 1 / n_i,   h_i = D_i
 *   dq_i = Σ_j s_ij·k_j,   dk_j = Σ_i s_ij·q_i,   dv_j = Σ_i w_ij·dy_i
 * </pre>
 *
 * <p>where f is 1 / ε and h is 0 for a norm of at most ε. The gradients of q and k differ only in the side that f and h
 * belong to, so one kernel computes both: x has the rows to differentiate, t the rows of the other side (the others).
 *
 * <p>Each parallel iteration computes {@value MatMulKernels#COLUMNS} rows and {@value MatMulKernels#ROWS} columns of
 * the gradient, {@value MatMulKernels#ROWS} others at a time. If rows are few, the others are cut into chunks, each
 * with its own partial gradient.
 */
public final class L2ReluGradientKernels {

    /** Bit of {@code flags}: the batch shares x. */
    public static final int SHARED_ROWS = 1;

    /** Bit of {@code flags}: the batch shares t. */
    public static final int SHARED_OTHERS = 2;

    /** Bit of {@code flags}: f and h belong to the rows, otherwise to the others. */
    public static final int FACTORS_OF_ROWS = 4;

    /** Bit of {@code flags}: add to the gradient. */
    public static final int ACCUMULATE = 8;

    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    private L2ReluGradientKernels() {}

    /**
     * f and h.
     *
     * @param norms n, [rows]
     * @param delta D, [rows]
     */
    public static void factors(FloatArray norms, FloatArray delta, FloatArray f, FloatArray h, int rows) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float norm = norms.get(row);
            f.set(row, NormKernels.reciprocal(norm));
            h.set(row, norm > NormKernels.EPSILON ? delta.get(row) : 0f);
        }
    }

    /**
     * dX[b, s]_i = Σ_j s_ij·t_j over the others j of chunk s, or dX += that.
     *
     * @param x q or k, [batch or 1, rows, c]
     * @param t k or q, [batch or 1, others, c]
     * @param a dy or v, [batch, rows, width]
     * @param e v or dy, [batch, others, width]
     * @param f [batch, rows or others]
     * @param h like f
     * @param dx [batch, chunks, rows, c]
     * @param flags sum of {@link #SHARED_ROWS}, {@link #SHARED_OTHERS}, {@link #FACTORS_OF_ROWS}, {@link #ACCUMULATE},
     *     or 0
     * @param chunkOthers others per chunk; chunks = ⌈others / chunkOthers⌉
     */
    public static void sideGradient(
            FloatArray x,
            FloatArray t,
            FloatArray a,
            FloatArray e,
            FloatArray f,
            FloatArray h,
            FloatArray dx,
            int batch,
            int rows,
            int others,
            int c,
            int width,
            int flags,
            int chunks,
            int chunkOthers) {
        int tiles = MatMulKernels.tiles(rows);
        int strips = MatMulKernels.strips(c);
        int parts = L2ReluAttentionKernels.parts(batch * chunks, rows, c);
        for (@Parallel int part = 0; part < parts; part++) {
            int row = (part % tiles) * COLUMNS;
            int col = ((part / tiles) % strips) * ROWS;
            int piece = part / (tiles * strips);
            int matrix = piece / chunks;
            int high = Math.min(COLUMNS, rows - row);
            int wide = Math.min(ROWS, c - col);
            int begin = (piece % chunks) * chunkOthers;
            int stop = begin + Math.min(chunkOthers, others - begin);
            int firstX = (1 - (flags & SHARED_ROWS)) * matrix * rows + row;
            int firstT = (1 - (flags & SHARED_OTHERS) / SHARED_OTHERS) * matrix * others;
            int ofRows = (flags & FACTORS_OF_ROWS) / FACTORS_OF_ROWS;
            float[] slopes = new float[ROWS * COLUMNS];
            float[] products = new float[ROWS * COLUMNS];
            float[] total = new float[ROWS * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int start = begin; start < stop; start += ROWS) {
                int depth = Math.min(ROWS, stop - start);
                MatMulKernels.productOfRows(t, (firstT + start) * c, x, firstX * c, slopes, depth, high, c);
                MatMulKernels.productOfRows(
                        e,
                        (matrix * others + start) * width,
                        a,
                        (matrix * rows + row) * width,
                        products,
                        depth,
                        high,
                        width);
                for (int i = 0; i < depth; i++) {
                    for (int j = 0; j < COLUMNS; j++) {
                        int ofRow = matrix * rows + row + Math.min(j, high - 1);
                        int at = ofRows == 1 ? ofRow : matrix * others + start + i;
                        float r = slopes[i * COLUMNS + j];
                        float factor = f.get(at);
                        float gate = r <= 0f ? 0f : factor;
                        slopes[i * COLUMNS + j] = (products[i * COLUMNS + j] - r * factor * h.get(at)) * gate;
                    }
                }
                MatMulKernels.addProducts(t, (firstT + start) * c + col, 1, c, slopes, total, wide, depth);
            }
            for (int j = 0; j < high; j++) {
                for (int i = 0; i < wide; i++) {
                    int at = (piece * rows + row + j) * c + col + i;
                    float before = (flags & ACCUMULATE) != 0 ? dx.get(at) : 0f;
                    dx.set(at, before + total[i * COLUMNS + j]);
                }
            }
        }
    }

    /**
     * dV[b, s]_i = Σ_j w_ji·e_j over the others j of chunk s, or dV += that.
     *
     * @param x k, [batch or 1, rows, c]
     * @param t q, [batch or 1, others, c]
     * @param e dy, [batch, others, width]
     * @param f [batch, others]
     * @param dv [batch, chunks, rows, width]
     * @param flags sum of {@link #SHARED_ROWS}, {@link #SHARED_OTHERS}, {@link #ACCUMULATE}, or 0
     * @param chunkOthers others per chunk; chunks = ⌈others / chunkOthers⌉
     */
    public static void valueGradient(
            FloatArray x,
            FloatArray t,
            FloatArray e,
            FloatArray f,
            FloatArray dv,
            int batch,
            int rows,
            int others,
            int c,
            int width,
            int flags,
            int chunks,
            int chunkOthers) {
        int tiles = MatMulKernels.tiles(rows);
        int strips = MatMulKernels.strips(width);
        int parts = L2ReluAttentionKernels.parts(batch * chunks, rows, width);
        for (@Parallel int part = 0; part < parts; part++) {
            int row = (part % tiles) * COLUMNS;
            int col = ((part / tiles) % strips) * ROWS;
            int piece = part / (tiles * strips);
            int matrix = piece / chunks;
            int high = Math.min(COLUMNS, rows - row);
            int wide = Math.min(ROWS, width - col);
            int begin = (piece % chunks) * chunkOthers;
            int stop = begin + Math.min(chunkOthers, others - begin);
            int firstX = (1 - (flags & SHARED_ROWS)) * matrix * rows + row;
            int firstT = (1 - (flags & SHARED_OTHERS) / SHARED_OTHERS) * matrix * others;
            float[] weights = new float[ROWS * COLUMNS];
            float[] total = new float[ROWS * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int start = begin; start < stop; start += ROWS) {
                int depth = Math.min(ROWS, stop - start);
                MatMulKernels.productOfRows(t, (firstT + start) * c, x, firstX * c, weights, depth, high, c);
                for (int i = 0; i < depth; i++) {
                    float factor = f.get(matrix * others + start + i);
                    for (int j = 0; j < COLUMNS; j++) {
                        weights[i * COLUMNS + j] = TornadoMath.max(weights[i * COLUMNS + j], 0f) * factor;
                    }
                }
                MatMulKernels.addProducts(
                        e, (matrix * others + start) * width + col, 1, width, weights, total, wide, depth);
            }
            for (int j = 0; j < high; j++) {
                for (int i = 0; i < wide; i++) {
                    int at = (piece * rows + row + j) * width + col + i;
                    float before = (flags & ACCUMULATE) != 0 ? dv.get(at) : 0f;
                    dv.set(at, before + total[i * COLUMNS + j]);
                }
            }
        }
    }
}
