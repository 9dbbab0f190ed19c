package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ElementVector;
import java.util.List;

/**
 * y[b, i, j] = x[b, i, j]·s[b, j], or y += that: one factor per channel, the same at every position.
 *
 * @param x [B, N, C]
 * @param factor s, [B, 1, C]
 * @param y like x
 */
public record ChannelMultiply(Buffer x, Buffer factor, Buffer y, boolean accumulate) implements Op {

    private static final Kernel MULTIPLY =
            Kernel.of(ElementKernels::channelMultiply).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(MULTIPLY.call(
                        in(x),
                        in(factor),
                        into(y, accumulate).over(x),
                        size(s.batch()),
                        size(s.rows()),
                        size(s.cols()),
                        flag(accumulate))
                .by(new Launch.Elements(s)));
    }

    @Override
    public long flops() {
        return 2 * x.elements();
    }
}
