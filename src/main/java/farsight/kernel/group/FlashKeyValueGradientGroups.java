package farsight.kernel.group;

import static farsight.kernel.group.FlashTiles.BLOCK;
import static farsight.kernel.group.FlashTiles.COLUMNS;
import static farsight.kernel.group.FlashTiles.EACH;
import static farsight.kernel.group.FlashTiles.ITEMS;
import static farsight.kernel.group.FlashTiles.PITCH;
import static farsight.kernel.group.FlashTiles.SIDE;
import static farsight.kernel.group.FlashTiles.SLAB;
import static farsight.kernel.group.FlashTiles.SLAB_STEP;
import static farsight.kernel.group.FlashTiles.STEP;
import static farsight.kernel.group.FlashTiles.STEP_PITCH;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The gradients of the keys and values of attention that never stored P, by work-groups: the twin of {@link
 * farsight.kernel.FlashGradientKernels#flashKeyGradient} and {@link
 * farsight.kernel.FlashGradientKernels#flashValueGradient} in one kernel, because both need the same P.
 *
 * <p>A group takes 64 keys and visits the rows 64 at a time. Each step recomputes the block of Pᵀ from m and r, and
 * adds to sums in registers:
 *
 * <pre>
 *   p_ij = exp(σ·(q_i·k_j − m_i))·r_i      dv_j = Σ_i p_ij·dy_i
 *   s_ij = p_ij·(dy_i·v_j − D_i)     dk_j = σ·Σ_i s_ij·q_i
 * </pre>
 *
 * <p>No other group adds to its results, so there are no atomic operations and every run adds in the same order. The
 * blocks of Pᵀ and of Sᵀ use the same local memory, one after the other. Everything else passes through local memory 16
 * columns or 16 rows at a time, so a group needs {@value #LOCAL_BYTES} bytes for any width. If c or the width exceeds
 * 128, each group sums 128 columns of both results, and each group of the same keys computes P and S.
 *
 * <p>Source: FlashAttention (Dao et al., 2022).
 */
public final class FlashKeyValueGradientGroups {

    /** Local memory of a group. */
    public static final int LOCAL_BYTES = Float.BYTES * (STEP + SLAB_STEP + BLOCK * PITCH);

    /** Work-items of a group. */
    public static final int GROUP = ITEMS;

    /** Flag: add to dk. */
    public static final int ADD_KEYS = 1;

    /** Flag: add to dv. */
    public static final int ADD_VALUES = 2;

    /** Flag: k and v are one array, as with {@link farsight.kernel.FlashAttentionKernels#PACKED}. */
    public static final int PACKED = 4;

    private FlashKeyValueGradientGroups() {}

    /** Groups that {@link #flashKeyValueGradient} needs. */
    public static long groups(int batch, int keys, int c, int width) {
        return (long) batch * FlashTiles.blocks(keys) * FlashTiles.slabs(Math.max(c, width));
    }

    /**
     * dk and dv, or dk += and dv += that.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c], or packed with v
     * @param v [batch, keys, width], or packed with k
     * @param dy [batch, rows, width]
     * @param stats m and r, [batch, rows, 2]
     * @param delta D, [batch, rows]
     * @param dk [batch, keys, c]
     * @param dv [batch, keys, width]
     * @param scale σ
     * @param flags sum of {@link #ADD_KEYS}, {@link #ADD_VALUES} and {@link #PACKED}, or 0
     */
    public static void flashKeyValueGradient(
            KernelContext context,
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray stats,
            FloatArray delta,
            FloatArray dk,
            FloatArray dv,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int flags) {
        float[] left = context.allocateFloatLocalArray(STEP);
        float[] right = context.allocateFloatLocalArray(SLAB_STEP);
        float[] weights = context.allocateFloatLocalArray(BLOCK * PITCH);
        float[] logits = new float[EACH * EACH];
        float[] slopes = new float[EACH * EACH];
        float[] keySums = new float[EACH * COLUMNS];
        float[] valueSums = new float[EACH * COLUMNS];
        int item = context.localIdx;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        int valueCols = width + packed * c;
        int firstValue = packed * c;
        int group = context.groupIdx;
        int tx = item % SIDE;
        int ty = item / SIDE;
        int slabs = FlashTiles.slabs(Math.max(c, width));
        int blocks = FlashTiles.blocks(keys);
        int slab = group % slabs;
        int batch = group / (slabs * blocks);
        int first = batch * keys + group / slabs % blocks * BLOCK;
        int stop = (batch + 1) * keys;
        int stopRow = (batch + 1) * rows;
        FlashTiles.clear(keySums, EACH * COLUMNS);
        FlashTiles.clear(valueSums, EACH * COLUMNS);
        for (int start = batch * rows; start < stopRow; start += BLOCK) {
            int count = Math.min(BLOCK, stopRow - start);
            FlashTiles.clear(logits, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(k, first + r, stop, step + tx, c, 0, keyCols);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(q, start + r, stopRow, step + tx, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float b0 = right[tx * STEP_PITCH + n];
                    float b1 = right[(tx + SIDE) * STEP_PITCH + n];
                    float b2 = right[(tx + 2 * SIDE) * STEP_PITCH + n];
                    float b3 = right[(tx + 3 * SIDE) * STEP_PITCH + n];
                    for (int i = 0; i < EACH; i++) {
                        FlashTiles.addRow(logits, i, left[(ty + SIDE * i) * STEP_PITCH + n], b0, b1, b2, b3);
                    }
                }
                context.localBarrier();
            }
            for (int j = 0; j < EACH; j++) {
                int row = tx + SIDE * j;
                float max = FlashTiles.at(stats, start + row, stopRow, 0, 2);
                float norm = FlashTiles.at(stats, start + row, stopRow, 1, 2);
                for (int i = 0; i < EACH; i++) {
                    float p = 0f;
                    if (start + row < stopRow) {
                        p = TornadoMath.exp(scale * (logits[EACH * i + j] - max)) * norm;
                    }
                    logits[EACH * i + j] = p;
                    weights[(ty + SIDE * i) * PITCH + row] = p;
                }
            }
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < FlashTiles.columns(width); j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] =
                            FlashTiles.at(dy, start + step + ty, stopRow, slab * SLAB + column, width);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = weights[ty * PITCH + step + n];
                    float w1 = weights[(ty + SIDE) * PITCH + step + n];
                    float w2 = weights[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = weights[(ty + 3 * SIDE) * PITCH + step + n];
                    for (int j = 0; j < FlashTiles.columns(width); j++) {
                        FlashTiles.addColumn(valueSums, j, w0, w1, w2, w3, right[n * SLAB + tx + SIDE * j]);
                    }
                }
                context.localBarrier();
            }
            FlashTiles.clear(slopes, EACH * EACH);
            for (int step = 0; step < width; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] =
                            FlashTiles.at(v, first + r, stop, step + tx, width, firstValue, valueCols);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(dy, start + r, stopRow, step + tx, width);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float b0 = right[tx * STEP_PITCH + n];
                    float b1 = right[(tx + SIDE) * STEP_PITCH + n];
                    float b2 = right[(tx + 2 * SIDE) * STEP_PITCH + n];
                    float b3 = right[(tx + 3 * SIDE) * STEP_PITCH + n];
                    for (int i = 0; i < EACH; i++) {
                        FlashTiles.addRow(slopes, i, left[(ty + SIDE * i) * STEP_PITCH + n], b0, b1, b2, b3);
                    }
                }
                context.localBarrier();
            }
            for (int j = 0; j < EACH; j++) {
                int row = tx + SIDE * j;
                float mean = FlashTiles.at(delta, start + row, stopRow, 0, 1);
                for (int i = 0; i < EACH; i++) {
                    weights[(ty + SIDE * i) * PITCH + row] = logits[EACH * i + j] * (slopes[EACH * i + j] - mean);
                }
            }
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < FlashTiles.columns(c); j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] = FlashTiles.at(q, start + step + ty, stopRow, slab * SLAB + column, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = weights[ty * PITCH + step + n];
                    float w1 = weights[(ty + SIDE) * PITCH + step + n];
                    float w2 = weights[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = weights[(ty + 3 * SIDE) * PITCH + step + n];
                    for (int j = 0; j < FlashTiles.columns(c); j++) {
                        FlashTiles.addColumn(keySums, j, w0, w1, w2, w3, right[n * SLAB + tx + SIDE * j]);
                    }
                }
                context.localBarrier();
            }
        }
        for (int i = 0; i < EACH; i++) {
            int key = first + ty + SIDE * i;
            for (int j = 0; j < FlashTiles.columns(c); j++) {
                int column = slab * SLAB + tx + SIDE * j;
                FlashTiles.put(dk, key, stop, column, c, scale * keySums[COLUMNS * i + j], flags & ADD_KEYS);
            }
            for (int j = 0; j < FlashTiles.columns(width); j++) {
                int column = slab * SLAB + tx + SIDE * j;
                FlashTiles.put(
                        dv, key, stop, column, width, valueSums[COLUMNS * i + j], (flags & ADD_VALUES) / ADD_VALUES);
            }
        }
    }
}
