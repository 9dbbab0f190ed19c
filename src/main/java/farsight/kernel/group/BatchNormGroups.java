package farsight.kernel.group;

import static farsight.kernel.group.Columns.ITEMS;

import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The sums that batch norm needs in addition to the mean, by work-groups: twins of kernels in {@link
 * farsight.kernel.BatchNormKernels}, over the same chunks. {@link Columns} describes how work-items share columns;
 * {@code width} is {@link Columns#width}.
 */
public final class BatchNormGroups {

    private BatchNormGroups() {}

    /**
     * P[s, j] = Σ over the rows i of chunk s of (x[i, j] − μ[j])².
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param partial P, [chunks, cols]
     */
    public static void deviationChunks(
            KernelContext context,
            FloatArray x,
            FloatArray mean,
            FloatArray partial,
            int rows,
            int cols,
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
        int start = chunk * chunkRows + lane;
        int stop = lane < lanes && col < cols ? Math.min((chunk + 1) * chunkRows, rows) : 0;
        float mu = col < cols ? mean.get(col) : 0f;
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            float v = x.get(i * cols + col) - mu;
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
     * P[s, j] = Σ over the rows i of chunk s of dy[i, j]·x̂[i, j].
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param variance σ², [cols]
     * @param dy like x
     * @param partial P, [chunks, cols]
     */
    public static void scaleGradientChunks(
            KernelContext context,
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray dy,
            FloatArray partial,
            int rows,
            int cols,
            int chunkRows,
            float epsilon,
            int width) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int tiles = (cols + width - 1) / width;
        int lanes = ITEMS / width;
        int lane = item / width;
        int col = group % tiles * width + item % width;
        int chunk = group / tiles;
        int start = chunk * chunkRows + lane;
        int stop = lane < lanes && col < cols ? Math.min((chunk + 1) * chunkRows, rows) : 0;
        float mu = col < cols ? mean.get(col) : 0f;
        float rho = col < cols ? NormKernels.reciprocalRoot(variance.get(col), epsilon) : 0f;
        float sum = 0f;
        for (int i = start; i < stop; i += lanes) {
            sum += dy.get(i * cols + col) * (x.get(i * cols + col) - mu) * rho;
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
}
