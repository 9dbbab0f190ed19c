package farsight.kernel.group;

import static farsight.kernel.group.Rows.ITEMS;

import farsight.kernel.LayerNormKernels;
import farsight.kernel.NormKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Layer norm by work-groups: twins of {@link LayerNormKernels#layerNorm} and of its gradient. {@link Rows}
 * describes how work-items share rows; {@code lanes} is {@link Rows#lanes}.
 */
public final class LayerNormGroups {

    private LayerNormGroups() {}

    /**
     * y = γ·x̂ + β with x̂ = (x − μ)·ρ, ρ = 1/√(σ² + ε), over each row; biased variance.
     *
     * @param x [rows, cols]
     * @param gamma γ, [cols]
     * @param beta β, [cols]
     * @param y [rows, cols]
     * @param moments μ and ρ of every row, [rows, 2]
     */
    public static void layerNorm(
            KernelContext context,
            FloatArray x,
            FloatArray gamma,
            FloatArray beta,
            FloatArray y,
            FloatArray moments,
            int rows,
            int cols,
            float epsilon,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += x.get(row * cols + j);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float mean = parts[item - lane] / cols;
        context.localBarrier();
        float squares = 0f;
        for (int j = lane; j < stop; j += lanes) {
            float v = x.get(row * cols + j) - mean;
            squares += v * v;
        }
        parts[item] = squares;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float rho = NormKernels.reciprocalRoot(parts[item - lane] / cols, epsilon);
        if (parts[item - lane] > NormKernels.LARGE && row < rows) {
            rho = LayerNormKernels.largeDeviation(x, row * cols, cols, mean);
        }
        context.localBarrier();
        if (row < rows && lane == 0) {
            moments.set(2 * row, mean);
            moments.set(2 * row + 1, rho);
        }
        for (int j = lane; j < stop; j += lanes) {
            float hat = (x.get(row * cols + j) - mean) * rho;
            y.set(row * cols + j, hat * gamma.get(j) + beta.get(j));
        }
    }

    /**
     * dx = ρ·(g − mean(g) − x̂·mean(g·x̂)), g = γ·dy, or dx += that.
     *
     * @param moments from {@link #layerNorm}, [rows, 2]
     */
    public static void layerNormGradient(
            KernelContext context,
            FloatArray x,
            FloatArray gamma,
            FloatArray moments,
            FloatArray dy,
            FloatArray dx,
            int rows,
            int cols,
            int accumulate,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        float[] hatParts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float mean = row < rows ? moments.get(2 * row) : 0f;
        float rho = row < rows ? moments.get(2 * row + 1) : 0f;
        float sum = 0f;
        float delta = 0f;
        for (int j = lane; j < stop; j += lanes) {
            float g = gamma.get(j) * dy.get(row * cols + j);
            sum += g;
            delta += g * ((x.get(row * cols + j) - mean) * rho);
        }
        parts[item] = sum;
        hatParts[item] = delta;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
                hatParts[item] = hatParts[item] + hatParts[item + half];
            }
            context.localBarrier();
        }
        float meanG = parts[item - lane] / cols;
        float meanDelta = hatParts[item - lane] / cols;
        for (int j = lane; j < stop; j += lanes) {
            int at = row * cols + j;
            float hat = (x.get(at) - mean) * rho;
            float g = gamma.get(j) * dy.get(at);
            float before = accumulate == 1 ? dx.get(at) : 0f;
            dx.set(at, before + rho * (g - meanG - hat * meanDelta));
        }
    }
}
