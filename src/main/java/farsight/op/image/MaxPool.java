package farsight.op.image;

import static farsight.op.Op.flag;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.PoolKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.image.PoolVector;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The maximum of each window over maps of positions. Padding counts as −∞; NaN wins.
 *
 * @param x [B, maps·in, C] with the positions of the window's input
 * @param y [B, maps·out, C] with those of its output
 */
public record MaxPool(Buffer x, Buffer y, Window window) implements Op {

    private static final Kernel POOL = Kernel.of(PoolKernels::maxPool).vector(PoolVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(PoolKernels::maxPoolGradient).vector(PoolVector.class);

    private static final List<ToIntFunction<WindowAxis>> PAIRS =
            List.of(WindowAxis::kernel, WindowAxis::stride, WindowAxis::padding, WindowAxis::dilation);

    /**
     * Checks the window.
     *
     * @throws IllegalArgumentException if it may cover padding alone, or the positions of x are not whole maps
     */
    public MaxPool {
        Pooling.check(window);
        Pooling.maps(x.shape(), window);
    }

    /** The shape of y. */
    public static Shape pooled(Shape x, Window window) {
        return Pooling.pooled(x, window);
    }

    @Override
    public List<Call> calls() {
        return List.of(POOL.call(Pooling.arguments(List.of(in(x), out(y)), x, window, PAIRS))
                .by(new Launch.Elements(y.shape())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(window.taps(), y.elements());
    }

    /**
     * dx = Σ dy over the windows whose maximum a position holds, as the first in reading order; or dx += that.
     *
     * @param x [B, maps·in, C]
     * @param y the pooled result
     * @param dy like y
     * @param dx like x
     */
    public record Gradient(Buffer x, Buffer y, Buffer dy, Buffer dx, Window window, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Object[] arguments = Pooling.arguments(
                    List.of(in(x), in(y), in(dy), into(dx, accumulate)), x, window, PAIRS, flag(accumulate));
            return List.of(GRADIENT.call(arguments).by(new Launch.Elements(x.shape())));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(window.taps(), y.elements());
        }
    }
}
