package farsight.kernel.group;

import static farsight.kernel.group.Columns.ITEMS;

import farsight.kernel.PairKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums over columns (over the positions) by work-groups: twins of {@link farsight.kernel.ColumnKernels}, in the same
 * two stages over the same chunks. {@link Columns} describes how work-items share columns; {@code width} is {@link
 * Columns#width}.
 */
public final class ColumnGroups {

    private ColumnGroups() {}

    /**
     * y[b, s, j] = scale·Σ over the rows i of chunk s of x[b, i, j], or y += that: a first stage, or with one chunk the
     * second stage of every sum over positions.
     *
     * @param x [batch, rows, cols]
     * @param y [batch, chunks, cols]
     */
    public static void columnSum(
            KernelContext context,
            FloatArray x,
            FloatArray y,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            float scale,
            int accumulate,
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
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            sum += x.get((first + i) * cols + col);
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
            float before = accumulate == 1 ? y.get(chunk * cols + col) : 0f;
            float total = parts[item];
            y.set(chunk * cols + col, before + scale * (total + total * 0f));
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j]·y[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param y like x
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnDotChunks(
            KernelContext context,
            FloatArray x,
            FloatArray y,
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
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            int at = (first + i) * cols + col;
            sum += x.get(at) * y.get(at);
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
            partial.set(chunk * cols + col, parts[item]);
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of r(x[b, i, j])², with r the identity or ReLU.
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     * @param relu 1 to take max(x, 0) first
     */
    public static void columnSquareChunks(
            KernelContext context,
            FloatArray x,
            FloatArray partial,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            int relu,
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
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            float v = x.get((first + i) * cols + col);
            if (relu == 1) {
                v = TornadoMath.max(v, 0f);
            }
            sum += v * v;
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
            partial.set(chunk * cols + col, parts[item]);
        }
    }

    /**
     * y[b, j] = √(Σ_s P[b, s, j]): the second stage of a norm over positions.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void rootOfChunks(
            KernelContext context, FloatArray partial, FloatArray y, int chunks, int cols, int width) {
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
        float sum = 0f;
        for (int i = lane; i < stop; i += lanes) {
            sum += partial.get((first + i) * cols + col);
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
            y.set(batch * cols + col, TornadoMath.sqrt(parts[item]));
        }
    }

    /**
     * dt[b, j] = α·Σ_i [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or dt += that: the twin of {@link
     * farsight.kernel.PairKernels#pairColumnGradient}.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param dt like t
     */
    public static void pairColumnGradient(
            KernelContext context,
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray dt,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            int width) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int tiles = (cols + width - 1) / width;
        int lanes = ITEMS / width;
        int lane = item / width;
        int col = group % tiles * width + item % width;
        int batch = group / tiles;
        int first = batch * rows;
        int stop = lane < lanes && col < cols ? rows : 0;
        float sum = 0f;
        for (int i = lane; i < stop; i += lanes) {
            sum += PairKernels.gated(s.get(first + i) + t.get(batch * cols + col), da, (first + i) * cols + col);
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
            float before = accumulate == 1 ? dt.get(batch * cols + col) : 0f;
            dt.set(batch * cols + col, before + alpha * parts[item]);
        }
    }
}
