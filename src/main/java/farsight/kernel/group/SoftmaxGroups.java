package farsight.kernel.group;

import static farsight.kernel.group.Columns.ITEMS;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Softmax over the positions by work-groups: twins of the first two stages in {@link farsight.kernel.SoftmaxKernels},
 * over the same chunks. {@link Columns} describes how work-items share columns; {@code width} is {@link Columns#width}.
 */
public final class SoftmaxGroups {

    /** Lower bound of all logits; not −∞, because device compilers with relaxed arithmetic have no infinity. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private SoftmaxGroups() {}

    /**
     * First stage: the maximum m of each chunk of rows, and its sum of exp(x − m).
     *
     * @param x [batch, rows, cols]
     * @param partial maximum and sum, [batch, chunks, cols, 2]
     */
    public static void softmaxPositionsChunks(
            KernelContext context,
            FloatArray x,
            FloatArray partial,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            int width) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int tiles = (cols + width - 1) / width;
        int lanes = ITEMS / width;
        int lane = item / width;
        int col = group % tiles * width + item % width;
        int chunk = group / tiles;
        int first = chunk / chunks * rows;
        int start = chunk % chunks * chunkRows + lane;
        int stop = lane < lanes && col < cols ? Math.min((chunk % chunks + 1) * chunkRows, rows) : 0;
        float most = LOWEST;
        for (int i = start; i < stop; i += lanes) {
            most = TornadoMath.max(most, x.get((first + i) * cols + col));
        }
        parts[item] = most;
        context.localBarrier();
        for (int n = lanes; n > 1; n = (n + 1) / 2) {
            int half = (n + 1) / 2;
            if (lane + half < n) {
                parts[item] = TornadoMath.max(parts[item], parts[item + half * width]);
            }
            context.localBarrier();
        }
        float max = parts[item % width];
        context.localBarrier();
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            sum += TornadoMath.exp(x.get((first + i) * cols + col) - max);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int n = lanes; n > 1; n = (n + 1) / 2) {
            int half = (n + 1) / 2;
            if (lane + half < n) {
                parts[item] = parts[item] + parts[item + half * width];
            }
            context.localBarrier();
        }
        if (lane == 0 && col < cols) {
            partial.set((chunk * cols + col) * 2, max);
            partial.set((chunk * cols + col) * 2 + 1, parts[item]);
        }
    }

    /**
     * Second stage: the maximum m of all chunks and s = Σ over chunks of sum·exp(maximum − m).
     *
     * @param partial [batch, chunks, cols, 2]
     * @param moments m and s, [batch, cols, 2]
     */
    public static void softmaxPositionsCombine(
            KernelContext context, FloatArray partial, FloatArray moments, int chunks, int cols, int width) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int tiles = (cols + width - 1) / width;
        int lanes = ITEMS / width;
        int lane = item / width;
        int col = group % tiles * width + item % width;
        int batch = group / tiles;
        int first = batch * chunks;
        int stop = lane < lanes && col < cols ? chunks : 0;
        float most = LOWEST;
        for (int s = lane; s < stop; s += lanes) {
            most = TornadoMath.max(most, partial.get(((first + s) * cols + col) * 2));
        }
        parts[item] = most;
        context.localBarrier();
        for (int n = lanes; n > 1; n = (n + 1) / 2) {
            int half = (n + 1) / 2;
            if (lane + half < n) {
                parts[item] = TornadoMath.max(parts[item], parts[item + half * width]);
            }
            context.localBarrier();
        }
        float max = parts[item % width];
        context.localBarrier();
        float sum = 0f;
        for (int s = lane; s < stop; s += lanes) {
            int at = ((first + s) * cols + col) * 2;
            sum += partial.get(at + 1) * TornadoMath.exp(partial.get(at) - max);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int n = lanes; n > 1; n = (n + 1) / 2) {
            int half = (n + 1) / 2;
            if (lane + half < n) {
                parts[item] = parts[item] + parts[item + half * width];
            }
            context.localBarrier();
        }
        if (lane == 0 && col < cols) {
            moments.set((batch * cols + col) * 2, max);
            moments.set((batch * cols + col) * 2 + 1, parts[item]);
        }
    }
}
