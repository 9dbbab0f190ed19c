package farsight.kernel.group;

import static farsight.kernel.group.Columns.ITEMS;

import farsight.kernel.BatchNormKernels;
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
     * P[s, j] = Σ g[i, j] and H[s, j] = Σ g[i, j]·x̂[i, j], over the rows i of chunk s: g is dy, with relu 0 where γ·x̂ + β
     * is not above 0.
     *
     * @param x [rows, cols]
     * @param mean μ, [cols]
     * @param variance σ², [cols]
     * @param dy like x
     * @param sums P, [chunks, cols]
     * @param hatSums H, [chunks, cols]
     * @param relu 1 if the norm ended in ReLU
     */
    public static void batchNormSums(
            KernelContext context,
            FloatArray x,
            FloatArray mean,
            FloatArray variance,
            FloatArray gamma,
            FloatArray beta,
            FloatArray dy,
            FloatArray sums,
            FloatArray hatSums,
            int rows,
            int cols,
            int chunkRows,
            float epsilon,
            int relu,
            int width) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        float[] hatParts = context.allocateFloatLocalArray(ITEMS);
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
        float factor = col < cols ? gamma.get(col) : 0f;
        float term = col < cols ? beta.get(col) : 0f;
        float sum = 0f;
        float hatSum = 0f;
        for (int i = start; i < stop; i += lanes) {
            float hat = (x.get(i * cols + col) - mu) * rho;
            float g = BatchNormKernels.gate(dy.get(i * cols + col), hat * factor + term, relu);
            sum += g;
            hatSum += g * hat;
        }
        parts[item] = sum;
        hatParts[item] = hatSum;
        context.localBarrier();
        for (int n = lanes; n > 1; n = (n + 1) / 2) {
            int half = (n + 1) / 2;
            if (lane + half < n) {
                parts[item] = parts[item] + parts[item + half * width];
                hatParts[item] = hatParts[item] + hatParts[item + half * width];
            }
            context.localBarrier();
        }
        if (lane == 0 && col < cols) {
            sums.set(chunk * cols + col, parts[item]);
            hatSums.set(chunk * cols + col, hatParts[item]);
        }
    }
}
