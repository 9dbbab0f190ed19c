package farsight.tape;

import farsight.op.Target;
import farsight.op.image.AveragePool;
import farsight.op.image.Convolution;
import farsight.op.image.ConvolutionWeightGradient;
import farsight.op.image.MaxPool;
import farsight.op.image.Resample;
import farsight.op.image.Upsampling;
import farsight.op.image.Window;
import farsight.op.sum.ColumnSum;
import farsight.program.Buffer;
import farsight.program.Shape;
import org.jspecify.annotations.Nullable;

/** Operations on maps of positions, with their adjoints: {@link Tape#images}. */
public final class ImageAdjoints {

    private final Recording r;
    private final ProductAdjoints products;

    ImageAdjoints(Recording r, ProductAdjoints products) {
        this.r = r;
        this.products = products;
    }

    /**
     * y[q, o] = b[o] + Σ_t Σ_c x[q·stride − padding + t·dilation, c]·W[o, c, t]: PyTorch's Conv2d, and Conv1d on maps of
     * one row. c runs over the channels of o's group, t over the window's taps, row by row.
     *
     * @param x [B, H·W, C]
     * @param w W in PyTorch's order, declared as {@link #convolutionWeight}
     * @param bias b, [1, 1, O], or null for none
     * @param window over maps of H·W positions
     * @param groups a divisor of C and O; 1 for a full convolution, C for one of each channel by itself
     * @return [B, positions of the result, O]
     */
    public Buffer convolve(Buffer x, Buffer w, @Nullable Buffer bias, Window window, int groups) {
        if (byProduct(window, groups)) {
            return products.project(x, w, bias);
        }
        Buffer y = r.intermediate(
                "convolved",
                new Shape(x.shape().batch(), window.out(), w.shape().batch()));
        Convolution.record(r.program(), x, w, bias, y, window, groups);
        r.adjoint(y, dy -> {
            // First what reads x, whose array may then take dx.
            Target dw = r.gradients().target(w);
            ConvolutionWeightGradient.record(r.program(), r.again(x), dy, dw.buffer(), window, groups, dw.accumulate());
            if (!r.gradients().detached(x)) {
                Target dx = r.gradients().target(x);
                Convolution.InputGradient.record(r.program(), dy, w, dx.buffer(), window, groups, dx.accumulate());
            }
            if (bias != null) {
                Target db = r.gradients().target(bias);
                ColumnSum.record(r.program(), dy, null, db.buffer(), 1f, db.accumulate());
            }
        });
        return y;
    }

    /**
     * The shape of a convolution's weight: [O, C/groups, taps]. A pointwise convolution without groups is a projection,
     * whose weight is [1, O, C], the same numbers in the same order.
     */
    public static Shape convolutionWeight(long out, long channels, Window window, int groups) {
        return byProduct(window, groups)
                ? Shape.matrix(out, channels)
                : new Shape(out, channels / groups, window.taps());
    }

    /** Whether the convolution is a projection of each position. */
    private static boolean byProduct(Window window, int groups) {
        return groups == 1 && window.pointwise();
    }

    /**
     * 2×2 max-pooling over consecutive maps of height·width positions, 1×2 over maps of one row: x
     * [B, maps·height·width, C].
     */
    public Buffer maxPool(Buffer x, long height, long width) {
        return maxPool(x, height == 1 ? Window.line(width, 2, 2, 0) : Window.square(height, width, 2, 2, 0));
    }

    /**
     * The maximum of each window over consecutive maps: x [B, maps·in, C] to [B, maps·out, C]. Padding counts as −∞.
     * The gradient goes to the first maximum in reading order.
     */
    public Buffer maxPool(Buffer x, Window window) {
        Buffer y = r.intermediate("pooled", MaxPool.pooled(x.shape(), window));
        r.program().add(new MaxPool(x, y, window));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new MaxPool.Gradient(x, y, dy, dx.buffer(), window, dx.accumulate()));
        });
        return y;
    }

    /**
     * The mean over each window over consecutive maps: x [B, maps·in, C] to [B, maps·out, C]. Padding counts as
     * positions of 0. For the mean over whole maps of one per sample see {@link Tape#meanPositions}.
     */
    public Buffer averagePool(Buffer x, Window window) {
        Buffer y = r.intermediate("pooled", AveragePool.pooled(x.shape(), window));
        r.program().add(new AveragePool(x, y, window));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new AveragePool.Gradient(dy, dx.buffer(), window, dx.accumulate()));
        });
        return y;
    }

    /**
     * Consecutive maps of height·width positions resampled to outHeight·outWidth, larger or smaller: x [B,
     * maps·height·width, C].
     */
    public Buffer upsample(Buffer x, long height, long width, long outHeight, long outWidth, Upsampling mode) {
        Resample.Sides sides = new Resample.Sides(height, width, outHeight, outWidth, mode);
        Buffer y = r.intermediate("upsampled", sides.resampled(x.shape()));
        r.program().add(new Resample(x, y, sides));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new Resample.Gradient(dy, dx.buffer(), sides, dx.accumulate()));
        });
        return y;
    }
}
