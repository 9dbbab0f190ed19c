package farsight.op.layout;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.PoolKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.PoolVector;
import java.util.List;

/**
 * 2×2 max-pooling with stride 2 over maps of positions, 1×2 over maps of one row.
 *
 * @param x [B, maps·height·width, C]
 * @param y [B, maps·⌊height/2⌋·⌊width/2⌋, C]; for maps of one row [B, maps·⌊width/2⌋, C]
 */
public record MaxPool(Buffer x, Buffer y, long height, long width) implements Op {

    private static final Kernel POOL = Kernel.of(PoolKernels::maxPool).vector(PoolVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(PoolKernels::maxPoolGradient).vector(PoolVector.class);

    @Override
    public List<Call> calls() {
        return List.of(POOL.call(
                        in(x),
                        out(y),
                        size(maps(x, height, width)),
                        size(height),
                        size(width),
                        size(x.shape().cols()))
                .by(new Launch.Elements(y.shape())));
    }

    /** Number of maps in all samples. */
    private static long maps(Buffer x, long height, long width) {
        return x.shape().batch() * x.shape().rows() / (height * width);
    }

    @Override
    public long flops() {
        return 3 * y.elements();
    }

    /**
     * dx = dy at the maximum of each window, 0 elsewhere; or dx += that.
     *
     * @param x [B, maps·height·width, C]
     * @param y the pooled result
     * @param dy like y
     * @param dx like x
     */
    public record Gradient(Buffer x, Buffer y, Buffer dy, Buffer dx, long height, long width, boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            return List.of(GRADIENT.call(
                            in(x),
                            in(y),
                            in(dy),
                            into(dx, accumulate),
                            size(maps(x, height, width)),
                            size(height),
                            size(width),
                            size(x.shape().cols()),
                            flag(accumulate))
                    .by(new Launch.Elements(x.shape())));
        }

        @Override
        public long flops() {
            return x.elements();
        }
    }
}
