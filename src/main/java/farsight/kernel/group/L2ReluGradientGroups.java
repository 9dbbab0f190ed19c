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

import farsight.kernel.L2ReluGradientKernels;
import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Gradients of attention with unit-norm weights that are not stored, by work-groups: the twins of {@link
 * farsight.kernel.L2ReluGradientKernels}, with the same letters.
 *
 * <p>A group takes 64 rows and one chunk of the others. It visits the others 64 at a time: it computes a block of
 * slopes s (or weights w) in local memory, and adds the block's product with t (or e) to sums in registers. The
 * operands pass through local memory 16 columns or 16 rows at a time, so a group needs {@value #LOCAL_BYTES} bytes for
 * any width. If the gradient has more than 128 columns, each group sums 128 of them.
 */
public final class L2ReluGradientGroups {

    /** Local memory of a group. */
    public static final int LOCAL_BYTES = L2ReluAttentionGroups.LOCAL_BYTES;

    /** Work-items of a group. */
    public static final int GROUP = ITEMS;

    private L2ReluGradientGroups() {}

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
     * @param flags as in the plain kernel
     * @param chunkOthers others per chunk; chunks = ⌈others / chunkOthers⌉
     */
    public static void sideGradient(
            KernelContext context,
            FloatArray x,
            FloatArray t,
            FloatArray a,
            FloatArray e,
            FloatArray f,
            FloatArray h,
            FloatArray dx,
            int rows,
            int others,
            int c,
            int width,
            int flags,
            int chunks,
            int chunkOthers) {
        float[] left = context.allocateFloatLocalArray(STEP);
        float[] right = context.allocateFloatLocalArray(SLAB_STEP);
        float[] block = context.allocateFloatLocalArray(BLOCK * PITCH);
        float[] weights = new float[EACH * EACH];
        float[] products = new float[EACH * EACH];
        float[] part = new float[EACH * COLUMNS];
        float[] sums = new float[EACH * COLUMNS];
        int item = context.localIdx;
        int group = context.groupIdx;
        int tx = item % SIDE;
        int ty = item / SIDE;
        int slabs = FlashTiles.slabs(c);
        int blocks = FlashTiles.blocks(rows);
        int columns = FlashTiles.columns(c);
        int slab = group % slabs;
        int first = group / slabs % blocks * BLOCK;
        int piece = group / (slabs * blocks);
        int matrix = piece / chunks;
        int begin = piece % chunks * chunkOthers;
        int end = begin + Math.min(chunkOthers, others - begin);
        int firstX = (1 - (flags & L2ReluGradientKernels.SHARED_ROWS)) * matrix * rows;
        int firstT = (1 - (flags & L2ReluGradientKernels.SHARED_OTHERS) / L2ReluGradientKernels.SHARED_OTHERS)
                * matrix
                * others;
        int accumulate = (flags & L2ReluGradientKernels.ACCUMULATE) / L2ReluGradientKernels.ACCUMULATE;
        int ofRows = (flags & L2ReluGradientKernels.FACTORS_OF_ROWS) / L2ReluGradientKernels.FACTORS_OF_ROWS;
        int firstA = matrix * rows;
        int firstE = matrix * others;
        FlashTiles.clear(sums, EACH * COLUMNS);
        for (int start = begin; start < end; start += BLOCK) {
            FlashTiles.clear(weights, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(x, firstX + first + r, firstX + rows, step + tx, c);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(t, firstT + start + r, firstT + end, step + tx, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float b0 = right[tx * STEP_PITCH + n];
                    float b1 = right[(tx + SIDE) * STEP_PITCH + n];
                    float b2 = right[(tx + 2 * SIDE) * STEP_PITCH + n];
                    float b3 = right[(tx + 3 * SIDE) * STEP_PITCH + n];
                    for (int i = 0; i < EACH; i++) {
                        FlashTiles.addRow(weights, i, left[(ty + SIDE * i) * STEP_PITCH + n], b0, b1, b2, b3);
                    }
                }
                context.localBarrier();
            }
            FlashTiles.clear(products, EACH * EACH);
            for (int step = 0; step < width; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(a, firstA + first + r, firstA + rows, step + tx, width);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(e, firstE + start + r, firstE + end, step + tx, width);
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
                int row = Math.min(first + ty + SIDE * i, rows - 1);
                for (int j = 0; j < EACH; j++) {
                    int other = Math.min(start + tx + SIDE * j, end - 1);
                    int at = ofRows == 1 ? firstA + row : firstE + other;
                    float r = weights[EACH * i + j];
                    float factor = f.get(at);
                    float gate = r <= 0f ? 0f : factor;
                    float slope = (products[EACH * i + j] - r * factor * h.get(at)) * gate + r * 0f;
                    block[(ty + SIDE * i) * PITCH + tx + SIDE * j] = slope;
                }
            }
            context.localBarrier();
            FlashTiles.clear(part, EACH * COLUMNS);
            int count = Math.min(BLOCK, end - start);
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < columns; j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] =
                            FlashTiles.at(t, firstT + start + step + ty, firstT + end, slab * SLAB + column, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = block[ty * PITCH + step + n];
                    float w1 = block[(ty + SIDE) * PITCH + step + n];
                    float w2 = block[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = block[(ty + 3 * SIDE) * PITCH + step + n];
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
        for (int i = 0; i < EACH; i++) {
            int r = first + ty + SIDE * i;
            for (int j = 0; j < columns; j++) {
                int column = slab * SLAB + tx + SIDE * j;
                FlashTiles.put(dx, piece * rows + r, (piece + 1) * rows, column, c, sums[COLUMNS * i + j], accumulate);
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
     * @param flags as in the plain kernel
     * @param chunkOthers others per chunk; chunks = ⌈others / chunkOthers⌉
     */
    public static void valueGradient(
            KernelContext context,
            FloatArray x,
            FloatArray t,
            FloatArray e,
            FloatArray f,
            FloatArray dv,
            int rows,
            int others,
            int c,
            int width,
            int flags,
            int chunks,
            int chunkOthers) {
        float[] left = context.allocateFloatLocalArray(STEP);
        float[] right = context.allocateFloatLocalArray(SLAB_STEP);
        float[] block = context.allocateFloatLocalArray(BLOCK * PITCH);
        float[] weights = new float[EACH * EACH];
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
        int begin = piece % chunks * chunkOthers;
        int end = begin + Math.min(chunkOthers, others - begin);
        int firstX = (1 - (flags & L2ReluGradientKernels.SHARED_ROWS)) * matrix * rows;
        int firstT = (1 - (flags & L2ReluGradientKernels.SHARED_OTHERS) / L2ReluGradientKernels.SHARED_OTHERS)
                * matrix
                * others;
        int accumulate = (flags & L2ReluGradientKernels.ACCUMULATE) / L2ReluGradientKernels.ACCUMULATE;
        int firstE = matrix * others;
        FlashTiles.clear(sums, EACH * COLUMNS);
        for (int start = begin; start < end; start += BLOCK) {
            FlashTiles.clear(weights, EACH * EACH);
            for (int step = 0; step < c; step += SIDE) {
                for (int i = 0; i < EACH; i++) {
                    int r = ty + SIDE * i;
                    left[r * STEP_PITCH + tx] = FlashTiles.at(x, firstX + first + r, firstX + rows, step + tx, c);
                    right[r * STEP_PITCH + tx] = FlashTiles.at(t, firstT + start + r, firstT + end, step + tx, c);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float b0 = right[tx * STEP_PITCH + n];
                    float b1 = right[(tx + SIDE) * STEP_PITCH + n];
                    float b2 = right[(tx + 2 * SIDE) * STEP_PITCH + n];
                    float b3 = right[(tx + 3 * SIDE) * STEP_PITCH + n];
                    for (int i = 0; i < EACH; i++) {
                        FlashTiles.addRow(weights, i, left[(ty + SIDE * i) * STEP_PITCH + n], b0, b1, b2, b3);
                    }
                }
                context.localBarrier();
            }
            for (int j = 0; j < EACH; j++) {
                float factor = f.get(firstE + Math.min(start + tx + SIDE * j, end - 1));
                for (int i = 0; i < EACH; i++) {
                    block[(ty + SIDE * i) * PITCH + tx + SIDE * j] =
                            NormKernels.rectified(weights[EACH * i + j]) * factor;
                }
            }
            context.localBarrier();
            FlashTiles.clear(part, EACH * COLUMNS);
            int count = Math.min(BLOCK, end - start);
            for (int step = 0; step < count; step += SIDE) {
                for (int j = 0; j < columns; j++) {
                    int column = tx + SIDE * j;
                    right[ty * SLAB + column] =
                            FlashTiles.at(e, firstE + start + step + ty, firstE + end, slab * SLAB + column, width);
                }
                context.localBarrier();
                for (int n = 0; n < SIDE; n++) {
                    float w0 = block[ty * PITCH + step + n];
                    float w1 = block[(ty + SIDE) * PITCH + step + n];
                    float w2 = block[(ty + 2 * SIDE) * PITCH + step + n];
                    float w3 = block[(ty + 3 * SIDE) * PITCH + step + n];
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
        for (int i = 0; i < EACH; i++) {
            int r = first + ty + SIDE * i;
            for (int j = 0; j < columns; j++) {
                int column = slab * SLAB + tx + SIDE * j;
                FlashTiles.put(
                        dv, piece * rows + r, (piece + 1) * rows, column, width, sums[COLUMNS * i + j], accumulate);
            }
        }
    }
}
