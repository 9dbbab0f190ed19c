package farsight.op.element;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

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
 * y[b, i, j] = x[b, i, j] + t[b, j]: one term per channel, the same at every position.
 *
 * @param x [B, N, C]
 * @param term t, [B, 1, C]
 * @param y like x
 */
public record ChannelAdd(Buffer x, Buffer term, Buffer y) implements Op {

    private static final Kernel ADD = Kernel.of(ElementKernels::channelAdd).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(ADD.call(in(x), in(term), out(y).over(x), size(s.batch()), size(s.rows()), size(s.cols()))
                .by(new Launch.Elements(s)));
    }

    @Override
    public long flops() {
        return x.elements();
    }
}
