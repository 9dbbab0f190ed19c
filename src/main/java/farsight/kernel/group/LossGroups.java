package farsight.kernel.group;

import static farsight.kernel.LossKernels.TERMS;
import static farsight.kernel.group.Rows.ITEMS;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Losses by work-groups: twins of kernels in {@link farsight.kernel.LossKernels}. {@link Rows} describes how work-items
 * share a row of logits; a chunk of squares has a group of its own.
 */
public final class LossGroups {

    private static final float LOWEST = -Float.MAX_VALUE;

    private LossGroups() {}

    /**
     * Of every row w_y·(−log softmax(z)_y), w_y, 1, and 1 if y is the first largest logit; all 0 if y is ignored.
     *
     * @param z logits, [rows, classes]
     * @param labels y, [rows]
     * @param weights w, [classes]; not read unless {@code weighted} is 1
     * @param terms [rows, 4]
     */
    public static void crossEntropyTerms(
            KernelContext context,
            FloatArray z,
            FloatArray labels,
            FloatArray weights,
            FloatArray terms,
            int rows,
            int classes,
            int weighted,
            int ignored,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        float[] before = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? classes : 0;
        int first = row * classes;
        int label = row < rows ? (int) labels.get(row) : 0;
        int y = Math.min(Math.max(label, 0), classes - 1);
        float target = row < rows ? z.get(first + y) : 0f;
        float part = LOWEST;
        float earlier = 0f;
        for (int j = lane; j < stop; j += lanes) {
            float v = z.get(first + j);
            part = TornadoMath.max(part, v);
            earlier = j < y && v >= target ? 1f : earlier;
        }
        parts[item] = part;
        before[item] = earlier;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = TornadoMath.max(parts[item], parts[item + half]);
                before[item] = TornadoMath.max(before[item], before[item + half]);
            }
            context.localBarrier();
        }
        float max = parts[item - lane];
        float anyEarlier = before[item - lane];
        context.localBarrier();
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += TornadoMath.exp(z.get(first + j) - max);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        if (row < rows && lane == 0) {
            float w = weighted == 1 ? weights.get(y) : 1f;
            float counted = label == ignored ? 0f : 1f;
            float correct = target >= max && anyEarlier < 1f ? counted : 0f;
            terms.set(TERMS * row, label == ignored ? 0f : w * (TornadoMath.log(parts[item]) + (max - target)));
            terms.set(TERMS * row + 1, label == ignored ? 0f : w);
            terms.set(TERMS * row + 2, counted);
            terms.set(TERMS * row + 3, correct);
        }
    }

    /**
     * dz_j = dL·w_y/T_1·(softmax(z)_j − [j = y]), 0 in ignored rows; or dz += that. dz may be z.
     *
     * @param totals T, [4]
     * @param dLoss dL, [1]
     * @param dz like z
     */
    public static void crossEntropyGradient(
            KernelContext context,
            FloatArray z,
            FloatArray labels,
            FloatArray weights,
            FloatArray totals,
            FloatArray dLoss,
            FloatArray dz,
            int rows,
            int classes,
            int weighted,
            int ignored,
            int accumulate,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? classes : 0;
        int first = row * classes;
        float part = LOWEST;
        for (int j = lane; j < stop; j += lanes) {
            part = TornadoMath.max(part, z.get(first + j));
        }
        parts[item] = part;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = TornadoMath.max(parts[item], parts[item + half]);
            }
            context.localBarrier();
        }
        float max = parts[item - lane];
        context.localBarrier();
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += TornadoMath.exp(z.get(first + j) - max);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float total = parts[item - lane];
        int label = row < rows ? (int) labels.get(row) : 0;
        int y = Math.min(Math.max(label, 0), classes - 1);
        float w = weighted == 1 ? weights.get(y) : 1f;
        float factor = w / totals.get(1) * dLoss.get(0);
        for (int j = lane; j < stop; j += lanes) {
            float p = TornadoMath.exp(z.get(first + j) - max) / total;
            float g = (j == y ? p - 1f : p) * factor;
            float before = accumulate == 1 ? dz.get(first + j) : 0f;
            dz.set(first + j, before + (label == ignored ? 0f : g));
        }
    }

    /**
     * P[s] = Σ over chunk s of (y_i − t_i)².
     *
     * @param y [n]
     * @param t [n]
     * @param partial P, [chunks]
     */
    public static void squaredErrorChunks(
            KernelContext context, FloatArray y, FloatArray t, FloatArray partial, int n, int chunkLength) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int chunk = context.groupIdx;
        int start = chunk * chunkLength;
        int length = Math.min(chunkLength, n - start);
        float sum = 0f;
        for (int i = item; i < length; i += ITEMS) {
            float v = y.get(start + i) - t.get(start + i);
            sum += v * v;
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = ITEMS / 2; half > 0; half /= 2) {
            if (item < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        if (item == 0) {
            partial.set(chunk, parts[item]);
        }
    }

    /**
     * P[first + s] = Σ over chunk s of x_i²: the twin of {@link farsight.kernel.UpdateKernels#squareChunks}.
     *
     * @param x [n]
     * @param partial P, at least [first + chunks]
     */
    public static void squareChunks(
            KernelContext context, FloatArray x, FloatArray partial, int n, int chunkLength, int first) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int chunk = context.groupIdx;
        int start = chunk * chunkLength;
        int length = Math.min(chunkLength, n - start);
        float sum = 0f;
        for (int i = item; i < length; i += ITEMS) {
            float v = x.get(start + i);
            sum += v * v;
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = ITEMS / 2; half > 0; half /= 2) {
            if (item < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        if (item == 0) {
            partial.set(first + chunk, parts[item]);
        }
    }
}
