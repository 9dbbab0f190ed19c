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
 * The mean over each window over maps of positions. Padding counts as positions of 0, PyTorch's {@code
 * count_include_pad}.
 *
 * @param x [B, maps·in, C] with the positions of the window's input
 * @param y [B, maps·out, C] with those of its output
 */
public record AveragePool(Buffer x, Buffer y, Window window) implements Op {

    private static final Kernel POOL = Kernel.of(PoolKernels::averagePool).vector(PoolVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(PoolKernels::averagePoolGradient).vector(PoolVector.class);

    private static final List<ToIntFunction<WindowAxis>> PAIRS =
            List.of(WindowAxis::kernel, WindowAxis::stride, WindowAxis::padding);

    /**
     * Checks the window.
     *
     * @throws IllegalArgumentException if it is dilated or may cover padding alone, or the positions of x are not whole
     *     maps
     */
    public AveragePool {
        Pooling.check(window);
        Pooling.maps(x.shape(), window);
        if (window.rows().dilation() != 1 || window.cols().dilation() != 1) {
            throw new IllegalArgumentException("average pooling has no dilation: " + window);
        }
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
     * dx = Σ dy/taps over the windows that cover a position, or dx += that.
     *
     * @param dy [B, maps·out, C]
     * @param dx [B, maps·in, C]
     */
    public record Gradient(Buffer dy, Buffer dx, Window window, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Object[] arguments =
                    Pooling.arguments(List.of(in(dy), into(dx, accumulate)), dx, window, PAIRS, flag(accumulate));
            return List.of(GRADIENT.call(arguments).by(new Launch.Elements(dx.shape())));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(window.taps(), dy.elements());
        }
    }
}
