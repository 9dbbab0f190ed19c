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

import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention with weights max(q·k, 0) that are not stored, by work-groups: the twin of {@link
 * farsight.kernel.L2ReluAttentionKernels#sums}.
 *
 * <p>A group takes 64 rows and one chunk of keys. It visits the keys 64 at a time: it computes a block of weights in
 * local memory, and adds the block's product with v to sums in registers. q, k and v pass through local memory 16
 * columns or 16 rows at a time, so a group needs {@value #LOCAL_BYTES} bytes for any width. If v has more than 128
 * columns, each group sums 128 of them, and each group of the same rows computes the weights.
 */
public final class L2ReluAttentionGroups {

    /** Local memory of a group. */
    public static final int LOCAL_BYTES = Float.BYTES * (STEP + SLAB_STEP + BLOCK * PITCH);

    /** Work-items of a group. */
    public static final int GROUP = ITEMS;

    private L2ReluAttentionGroups() {}

    /** Groups that {@link #sums} needs. */
    public static long groups(int pieces, int rows, int width) {
        return (long) pieces * FlashTiles.blocks(rows) * FlashTiles.slabs(width);
    }

    /**
     * Y[b, s] = Σ_j r_ij·v_j and S[b, s] = Σ_j r_ij² over the keys j of chunk s, with r_ij = max(q_i·k_j, 0).
     *
     * @param q [batch or 1, rows, c]
     * @param k [batch or 1, keys, c]
     * @param v [batch, keys, width]
     * @param y Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param strideQ floats from one q of the batch to the next, 0 if the batch shares one
     * @param strideK floats from one k of the batch to the next, 0 if the batch shares one
     * @param chunkKeys keys per chunk; chunks = ⌈keys / chunkKeys⌉
     */
    public static void sums(
            KernelContext context,
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray squares,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int chunks,
            int chunkKeys) {
        float[] left = context.allocateFloatLocalArray(STEP);
        float[] right = context.allocateFloatLocalArray(SLAB_STEP);
        float[] weights = context.allocateFloatLocalArray(BLOCK * PITCH);
        float[] products = new float[EACH * EACH];
        float[] square = new float[EACH];
        float[] part = new float[EACH * COLUMNS];
        float[] sums = new float[EACH * COLUMNS];
        int item = context.localIdx;
        int group = context.groupIdx;
        int tx = item % SIDE;
        int ty = item / SIDE;
        int slabs = FlashTiles.slabs(width);
        int blocks = FlashTiles.blocks(rows);
        int columns = FlashTiles.columns(width);
        int slab = group % slabs;
        int first = group / slabs % blocks * BLOCK;
        int piece = group / (slabs * blocks);
        int matrix = piece / chunks;
        int begin = piece % chunks * chunkKeys;
        int end = begin + Math.min(chunkKeys, keys - begin);
        int rowQ = strideQ / c * matrix;
        int rowK = strideK / c * matrix;
        int rowV = keys * matrix;
        FlashTiles.clear(sums, EACH * COLUMNS);
        FlashTiles.clear(square, EACH);
        for (int start = begin; start < end; start += BLOCK) {
            FlashTiles.clear(products, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(q, rowQ + first + r, rowQ + rows, step + tx, c);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(k, rowK + start + r, rowK + end, step + tx, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float b0 = right[tx * STEP_PITCH + n];
                    float b1 = right[(tx + SIDE) * STEP_PITCH + n];
                    float b2 = right[(tx + 2 * SIDE) * STEP_PITCH + n];
                    float b3 = right[(tx + 3 * SIDE) * STEP_PITCH + n];
                    for (int i = 0; i < EACH; i++) {
                        FlashTiles.addRow(products, i, left[(ty + SIDE * i) * STEP_PITCH + n], b0, b1, b2, b3);
                    }
                }
                context.localBarrier();
            }
            for (int i = 0; i < EACH; i++) {
                float four = 0f;
                for (int j = 0; j < EACH; j++) {
                    float w = NormKernels.rectified(products[EACH * i + j]);
                    four += w * w;
                    weights[(ty + SIDE * i) * PITCH + tx + SIDE * j] = w;
                }
                square[i] += four;
            }
            context.localBarrier();
            FlashTiles.clear(part, EACH * COLUMNS);
            int count = Math.min(BLOCK, end - start);
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < columns; j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] =
                            FlashTiles.at(v, rowV + start + step + ty, rowV + end, slab * SLAB + column, width);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = weights[ty * PITCH + step + n];
                    float w1 = weights[(ty + SIDE) * PITCH + step + n];
                    float w2 = weights[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = weights[(ty + 3 * SIDE) * PITCH + step + n];
                    for (int j = 0; j < columns; j++) {
                        FlashTiles.addColumn(part, j, w0, w1, w2, w3, right[n * SLAB + tx + SIDE * j]);
                    }
                }
                context.localBarrier();
            }
            for (int i = 0; i < EACH * COLUMNS; i++) {
                sums[i] += part[i];
            }
        }
        // The 16 items of a group's line hold the partial sums of squares of each row.
        for (int i = 0; i < EACH; i++) {
            left[(ty + SIDE * i) * STEP_PITCH + tx] = square[i];
        }
        context.localBarrier();
        if (item < BLOCK && slab == 0 && first + item < rows) {
            float sum = 0f;
            for (int n = 0; n < SIDE; n++) {
                sum += left[item * STEP_PITCH + n];
            }
            squares.set(piece * rows + first + item, sum);
        }
        for (int i = 0; i < EACH; i++) {
            int r = first + ty + SIDE * i;
            for (int j = 0; j < columns; j++) {
                int column = slab * SLAB + tx + SIDE * j;
                if (r < rows && column < width) {
                    y.set((piece * rows + r) * width + column, sums[COLUMNS * i + j]);
                }
            }
        }
    }
}
