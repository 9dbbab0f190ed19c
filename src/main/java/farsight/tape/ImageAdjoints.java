package farsight.tape;

import farsight.op.Target;
import farsight.op.image.AveragePool;
import farsight.op.image.MaxPool;
import farsight.op.image.Resample;
import farsight.op.image.Window;
import farsight.program.Buffer;

/** Operations on maps of positions, with their adjoints. {@link Tape} documents each. */
record ImageAdjoints(Recording r) {

    Buffer maxPool(Buffer x, Window window) {
        Buffer y = r.intermediate("pooled", MaxPool.pooled(x.shape(), window));
        r.program().add(new MaxPool(x, y, window));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new MaxPool.Gradient(x, y, dy, dx.buffer(), window, dx.accumulate()));
        });
        return y;
    }

    Buffer averagePool(Buffer x, Window window) {
        Buffer y = r.intermediate("pooled", AveragePool.pooled(x.shape(), window));
        r.program().add(new AveragePool(x, y, window));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new AveragePool.Gradient(dy, dx.buffer(), window, dx.accumulate()));
        });
        return y;
    }

    Buffer upsample(Buffer x, Resample.Sides sides) {
        Buffer y = r.intermediate("upsampled", sides.resampled(x.shape()));
        r.program().add(new Resample(x, y, sides));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new Resample.Gradient(dy, dx.buffer(), sides, dx.accumulate()));
        });
        return y;
    }
}
