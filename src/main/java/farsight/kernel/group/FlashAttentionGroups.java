package farsight.kernel.group;

import static farsight.kernel.FlashAttentionKernels.PACKED;
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

import farsight.kernel.FlashAttentionKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Exact softmax attention that never stores P, by work-groups: the twin of {@link
 * farsight.kernel.FlashAttentionKernels#flashAttention}.
 *
 * <p>A group takes 64 rows and visits the keys 64 at a time. Each step computes a block of logits S = Q·Kᵀ, turns it
 * into unnormalised weights against the running maximum of each row (minimum if σ is negative), and adds their product
 * with V to sums in registers:
 *
 * <pre>
 *   m'  = max(m, max_j s_j)        p_j = exp(σ·(s_j − m'))        s_j = q·k_j
 *   l'  = l·exp(σ·(m − m')) + Σ_j p_j
 *   o'  = o·exp(σ·(m − m')) + Σ_j p_j·v_j        at the end  r = 1 / l,  y = o·r
 * </pre>
 *
 * <p>Q, K and V pass through local memory 16 columns or 16 rows at a time, so a group needs {@value #LOCAL_BYTES} bytes
 * for any width. If V has more than 128 columns, each group sums 128 of them, and each group of the same rows computes
 * the logits.
 *
 * <p>Source: FlashAttention (Dao et al., 2022) for the blocks; Milakov and Gimelshein (2018) for the running softmax.
 */
public final class FlashAttentionGroups {

    /** Local memory of a group. */
    public static final int LOCAL_BYTES = Float.BYTES * (STEP + SLAB_STEP + BLOCK * PITCH + ITEMS + BLOCK);

    /** Work-items of a group. */
    public static final int GROUP = ITEMS;

    /** Lower bound of all logits but −∞. It is not −∞ itself, because −∞ − (−∞) is NaN. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private FlashAttentionGroups() {}

    /** Groups that {@link #flashAttention} needs. */
    public static long groups(int batch, int rows, int width) {
        return (long) batch * FlashTiles.blocks(rows) * FlashTiles.slabs(width);
    }

    /**
     * y, m and r.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c], or packed with v
     * @param v [batch, keys, width], or packed with k
     * @param y [batch, rows, width], may be q itself if c = width ≤ 128, as then no other group reads its rows
     * @param stats m and r, [batch, rows, 2]
     * @param scale σ
     * @param flags {@link FlashAttentionKernels#PACKED} or 0
     */
    public static void flashAttention(
            KernelContext context,
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray stats,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int flags) {
        float[] left = context.allocateFloatLocalArray(STEP);
        float[] right = context.allocateFloatLocalArray(SLAB_STEP);
        float[] weights = context.allocateFloatLocalArray(BLOCK * PITCH);
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        float[] factors = context.allocateFloatLocalArray(BLOCK);
        float[] logits = new float[EACH * EACH];
        float[] sums = new float[EACH * COLUMNS];
        int item = context.localIdx;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        int valueCols = width + packed * c;
        int firstValue = packed * c;
        int group = context.groupIdx;
        int tx = item % SIDE;
        int ty = item / SIDE;
        int slabs = FlashTiles.slabs(width);
        int blocks = FlashTiles.blocks(rows);
        int columns = FlashTiles.columns(width);
        int slab = group % slabs;
        int batch = group / (slabs * blocks);
        int first = batch * rows + group / slabs % blocks * BLOCK;
        int stop = (batch + 1) * rows;
        int stopKey = (batch + 1) * keys;
        float sign = scale < 0f ? -1f : 1f;
        float magnitude = sign * scale;
        // In the softmax, four items share a row, with 16 logits each.
        int row = item % BLOCK;
        int firstColumn = item / BLOCK * SIDE;
        int from = row * PITCH + firstColumn;
        float max = LOWEST;
        float total = 0f;
        FlashTiles.clear(sums, EACH * COLUMNS);
        for (int start = 0; start < keys; start += BLOCK) {
            int firstKey = batch * keys + start;
            FlashTiles.clear(logits, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(q, first + r, stop, step + tx, c);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(k, firstKey + r, stopKey, step + tx, c, 0, keyCols);
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
            for (int i = 0; i < EACH; i++) {
                for (int j = 0; j < EACH; j++) {
                    int key = tx + SIDE * j;
                    float logit = start + key < keys ? sign * logits[EACH * i + j] : LOWEST;
                    weights[(ty + SIDE * i) * PITCH + key] = logit;
                }
            }
            context.localBarrier();
            float part = LOWEST;
            for (int n = 0; n < SIDE; n++) {
                part = TornadoMath.max(part, weights[from + n]);
            }
            parts[item] = part;
            context.localBarrier();
            float before = max;
            for (int i = 0; i < EACH; i++) {
                max = TornadoMath.max(max, parts[row + BLOCK * i]);
            }
            float sum = 0f;
            for (int n = 0; n < SIDE; n++) {
                float p = 0f;
                if (start + firstColumn + n < keys) {
                    p = TornadoMath.exp(magnitude * (weights[from + n] - max));
                }
                weights[from + n] = p;
                sum += p;
            }
            float factor = TornadoMath.exp(magnitude * (before - max));
            total = total * factor + sum;
            if (item < BLOCK) {
                factors[item] = factor;
            }
            context.localBarrier();
            for (int i = 0; i < EACH; i++) {
                float f = factors[ty + SIDE * i];
                for (int j = 0; j < columns; j++) {
                    sums[COLUMNS * i + j] *= f;
                }
            }
            int count = Math.min(BLOCK, keys - start);
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < columns; j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] = FlashTiles.at(
                            v, firstKey + step + ty, stopKey, slab * SLAB + column, width, firstValue, valueCols);
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
        parts[item] = total;
        context.localBarrier();
        float all = parts[row] + parts[row + BLOCK] + parts[row + 2 * BLOCK] + parts[row + 3 * BLOCK];
        if (item < BLOCK) {
            factors[item] = 1f / all;
            if (slab == 0 && first + item < stop) {
                stats.set(2 * (first + item), sign * max);
                stats.set(2 * (first + item) + 1, 1f / all);
            }
        }
        context.localBarrier();
        for (int i = 0; i < EACH; i++) {
            int r = ty + SIDE * i;
            float f = factors[r];
            for (int j = 0; j < columns; j++) {
                int column = slab * SLAB + tx + SIDE * j;
                if (first + r < stop && column < width) {
                    y.set((first + r) * width + column, sums[COLUMNS * i + j] * f);
                }
            }
        }
    }
}
