package farsight.tape;

import farsight.op.Target;
import farsight.op.image.Convolution;
import farsight.op.image.ConvolutionWeightGradient;
import farsight.op.image.Window;
import farsight.op.sum.ColumnSum;
import farsight.program.Buffer;
import farsight.program.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with its adjoint. {@link Tape} documents it.
 *
 * @param products take convolutions by a single tap
 */
record ConvolutionAdjoints(Recording r, ProductAdjoints products) {

    Buffer convolve(Buffer x, Buffer w, @Nullable Buffer bias, Window window, int groups) {
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

    /** Whether the convolution is a projection of each position. */
    static boolean byProduct(Window window, int groups) {
        return groups == 1 && window.pointwise();
    }
}
