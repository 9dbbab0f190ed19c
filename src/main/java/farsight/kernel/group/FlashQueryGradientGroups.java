package farsight.kernel.group;

import static farsight.kernel.FlashAttentionKernels.PACKED;
import static farsight.kernel.FlashGradientKernels.ADD;
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
 * The gradient of the queries of attention that never stored P, by work-groups: the twin of {@link
 * farsight.kernel.FlashGradientKernels#flashQueryGradient}.
 *
 * <p>A group takes 64 rows and visits the keys 64 at a time. Each step recomputes the block of P from m and r, and adds
 * to sums in registers:
 *
 * <pre>
 *   p_ij = exp(σ·(q_i·k_j − m_i))·r_i      s_ij = p_ij·(dy_i·v_j − D_i)      dq_i = σ·Σ_j s_ij·k_j
 * </pre>
 *
 * <p>The block of S stays in local memory while it is multiplied by K. Everything else passes through local memory 16
 * columns or 16 rows at a time, so a group needs {@value #LOCAL_BYTES} bytes for any width. If there are more than 128
 * channels, each group sums 128 of them, and each group of the same rows computes S.
 *
 * <p>Source: FlashAttention (Dao et al., 2022).
 */
public final class FlashQueryGradientGroups {

    /** Local memory of a group. */
    public static final int LOCAL_BYTES = Float.BYTES * (STEP + SLAB_STEP + BLOCK * PITCH);

    /** Work-items of a group. */
    public static final int GROUP = ITEMS;

    private FlashQueryGradientGroups() {}

    /** Groups that {@link #flashQueryGradient} needs. */
    public static long groups(int batch, int rows, int c) {
        return (long) batch * FlashTiles.blocks(rows) * FlashTiles.slabs(c);
    }

    /**
     * dq, or dq += that.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c], or packed with v
     * @param v [batch, keys, width], or packed with k
     * @param dy [batch, rows, width]
     * @param stats m and r, [batch, rows, 2]
     * @param delta D, [batch, rows]
     * @param dq [batch, rows, c]
     * @param scale σ
     * @param flags sum of {@code FlashGradientKernels.ADD} and {@code FlashAttentionKernels.PACKED}, or 0
     */
    public static void flashQueryGradient(
            KernelContext context,
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray stats,
            FloatArray delta,
            FloatArray dq,
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
        float[] sums = new float[EACH * COLUMNS];
        int item = context.localIdx;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        int valueCols = width + packed * c;
        int firstValue = packed * c;
        int group = context.groupIdx;
        int tx = item % SIDE;
        int ty = item / SIDE;
        int slabs = FlashTiles.slabs(c);
        int blocks = FlashTiles.blocks(rows);
        int columns = FlashTiles.columns(c);
        int slab = group % slabs;
        int batch = group / (slabs * blocks);
        int first = batch * rows + group / slabs % blocks * BLOCK;
        int stop = (batch + 1) * rows;
        int stopKey = (batch + 1) * keys;
        FlashTiles.clear(sums, EACH * COLUMNS);
        for (int start = batch * keys; start < stopKey; start += BLOCK) {
            FlashTiles.clear(logits, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(q, first + r, stop, step + tx, c);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(k, start + r, stopKey, step + tx, c, 0, keyCols);
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
            FlashTiles.clear(slopes, EACH * EACH);
            for (int step = 0; step < width; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(dy, first + r, stop, step + tx, width);
                    right[r * STEP_PITCH + tx] =
                            FlashTiles.at(v, start + r, stopKey, step + tx, width, firstValue, valueCols);
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
            for (int i = 0; i < EACH; i++) {
                int r = ty + SIDE * i;
                float max = FlashTiles.at(stats, first + r, stop, 0, 2);
                float norm = FlashTiles.at(stats, first + r, stop, 1, 2);
                float mean = FlashTiles.at(delta, first + r, stop, 0, 1);
                for (int j = 0; j < EACH; j++) {
                    int key = tx + SIDE * j;
                    float s = 0f;
                    if (first + r < stop && start + key < stopKey) {
                        float p = TornadoMath.exp(scale * (logits[EACH * i + j] - max)) * norm;
                        s = p * (slopes[EACH * i + j] - mean);
                    }
                    weights[r * PITCH + key] = s;
                }
            }
            int count = Math.min(BLOCK, stopKey - start);
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < columns; j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] =
                            FlashTiles.at(k, start + step + ty, stopKey, slab * SLAB + column, c, 0, keyCols);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = weights[ty * PITCH + step + n];
                    float w1 = weights[(ty + SIDE) * PITCH + step + n];
                    float w2 = weights[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = weights[(ty + 3 * SIDE) * PITCH + step + n];
                    for (int j = 0; j < columns; j++) {
                        FlashTiles.addColumn(sums, j, w0, w1, w2, w3, right[n * SLAB + tx + SIDE * j]);
                    }
                }
                context.localBarrier();
            }
        }
        for (int i = 0; i < EACH; i++) {
            for (int j = 0; j < columns; j++) {
                FlashTiles.put(
                        dq,
                        first + ty + SIDE * i,
                        stop,
                        slab * SLAB + tx + SIDE * j,
                        c,
                        scale * sums[COLUMNS * i + j],
                        flags & ADD);
            }
        }
    }
}
