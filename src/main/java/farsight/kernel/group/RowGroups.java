package farsight.kernel.group;

import static farsight.kernel.group.Rows.ITEMS;

import farsight.kernel.NormKernels;
import farsight.kernel.PairKernels;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Softmax, unit L2 norm and sums of rows by work-groups: twins of kernels in {@link farsight.kernel}, in which one item
 * walks along a whole row and its neighbours read {@code cols} numbers further on.
 *
 * <p>{@link Rows} describes how work-items share rows; {@code lanes} is {@link Rows#lanes}. Items beyond the last row
 * sum nothing but wait at the barriers.
 */
public final class RowGroups {

    /** ε, the smallest divisor. */
    private static final float EPSILON = NormKernels.EPSILON;

    /** Lower bound of all logits; not −∞, because device compilers with relaxed arithmetic have no infinity. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private RowGroups() {}

    /**
     * y_i = softmax(scale·x_i) for every row. y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     */
    public static void softmaxRows(
            KernelContext context, FloatArray x, FloatArray y, int rows, int cols, float scale, int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float part = LOWEST;
        for (int j = lane; j < stop; j += lanes) {
            part = TornadoMath.max(part, scale * x.get(row * cols + j));
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
            sum += TornadoMath.exp(scale * x.get(row * cols + j) - max);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float factor = 1f / parts[item - lane];
        for (int j = lane; j < stop; j += lanes) {
            y.set(row * cols + j, factor * TornadoMath.exp(scale * x.get(row * cols + j) - max));
        }
    }

    /**
     * dx_i = scale·y_i∘(dy_i − (y_i·dy_i)) for every row, or dx += that. dx may be dy.
     *
     * @param y result of {@link #softmaxRows}, [rows, cols]
     * @param dy [rows, cols]
     * @param dx [rows, cols]
     */
    public static void softmaxRowsGradient(
            KernelContext context,
            FloatArray y,
            FloatArray dy,
            FloatArray dx,
            int rows,
            int cols,
            float scale,
            int accumulate,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += y.get(row * cols + j) * dy.get(row * cols + j);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float delta = parts[item - lane];
        for (int j = lane; j < stop; j += lanes) {
            int at = row * cols + j;
            float before = accumulate == 1 ? dx.get(at) : 0f;
            dx.set(at, before + scale * y.get(at) * (dy.get(at) - delta));
        }
    }

    /**
     * y_i = l2(r(x_i)) for every row i, r the identity or ReLU; the norms are kept for the gradient. y may be x.
     *
     * @param x [rows, cols]
     * @param y [rows, cols]
     * @param norms ‖r(x_i)‖, [rows]
     * @param relu 1 to take max(x, 0) first
     */
    public static void l2Rows(
            KernelContext context,
            FloatArray x,
            FloatArray y,
            FloatArray norms,
            int rows,
            int cols,
            int relu,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float least = relu == 1 ? 0f : LOWEST;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            float v = TornadoMath.max(x.get(row * cols + j), least);
            sum += v * v;
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float squares = parts[item - lane];
        float norm = TornadoMath.sqrt(squares);
        if (squares > NormKernels.LARGE && row < rows) {
            norm = NormKernels.largeNorm(x, row * cols, 1, cols, relu);
        }
        context.localBarrier();
        if (row < rows && lane == 0) {
            norms.set(row, norm);
        }
        float factor = NormKernels.reciprocal(norm);
        for (int j = lane; j < stop; j += lanes) {
            y.set(row * cols + j, factor * TornadoMath.max(x.get(row * cols + j), least));
        }
    }

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(dy_i − y_i·(y_i·dy_i)) / ‖r(x_i)‖, or dy_i / ε where the norm is at most ε; or dx +=
     * that. dx may be dy.
     *
     * @param y result of {@link #l2Rows}, [rows, cols]
     * @param dy [rows, cols]
     * @param norms [rows]
     * @param dx [rows, cols]
     */
    public static void l2RowsGradient(
            KernelContext context,
            FloatArray y,
            FloatArray dy,
            FloatArray norms,
            FloatArray dx,
            int rows,
            int cols,
            int relu,
            int accumulate,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += y.get(row * cols + j) * dy.get(row * cols + j);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        float norm = row < rows ? norms.get(row) : 0f;
        float delta = norm > EPSILON ? parts[item - lane] : 0f;
        float factor = NormKernels.reciprocal(norm);
        for (int j = lane; j < stop; j += lanes) {
            int at = row * cols + j;
            float v = y.get(at);
            float g = (dy.get(at) - v * delta) * factor;
            if (relu == 1 && v <= 0f) {
                g = 0f;
            }
            float before = accumulate == 1 ? dx.get(at) : 0f;
            dx.set(at, before + g);
        }
    }

    /**
     * D_i = dy_i·y_i.
     *
     * @param y [rows, cols]
     * @param dy like y
     * @param delta D, [rows]
     */
    public static void rowDot(
            KernelContext context, FloatArray y, FloatArray dy, FloatArray delta, int rows, int cols, int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < rows ? cols : 0;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += y.get(row * cols + j) * dy.get(row * cols + j);
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
            delta.set(row, parts[item]);
        }
    }

    /**
     * ds[b, i] = α·Σ_j [s_i + t_j &gt; 0]·dA, NaN where an s_i + t_j is NaN; or ds += that.
     *
     * @param s [batch, rows]
     * @param t [batch, cols]
     * @param da dA, [batch, rows, cols]
     * @param ds like s
     */
    public static void pairRowGradient(
            KernelContext context,
            FloatArray s,
            FloatArray t,
            FloatArray da,
            FloatArray ds,
            int batch,
            int rows,
            int cols,
            float alpha,
            int accumulate,
            int lanes) {
        float[] parts = context.allocateFloatLocalArray(ITEMS);
        int item = context.localIdx;
        int group = context.groupIdx;
        int lane = item % lanes;
        int row = group * (ITEMS / lanes) + item / lanes;
        int stop = row < batch * rows ? cols : 0;
        int first = row / rows * cols;
        float sum = 0f;
        for (int j = lane; j < stop; j += lanes) {
            sum += PairKernels.gated(s.get(row) + t.get(first + j), da, row * cols + j);
        }
        parts[item] = sum;
        context.localBarrier();
        for (int half = lanes / 2; half > 0; half /= 2) {
            if (lane < half) {
                parts[item] = parts[item] + parts[item + half];
            }
            context.localBarrier();
        }
        if (row < batch * rows && lane == 0) {
            float before = accumulate == 1 ? ds.get(row) : 0f;
            ds.set(row, before + alpha * parts[item]);
        }
    }
}
