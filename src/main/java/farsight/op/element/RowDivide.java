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
import java.util.List;

/**
 * y[b, i, j] = x[b, i, j] / max(s[b, i], ε): rows divided by known norms. The rows are latent nodes, too few to need a
 * Vector API twin.
 *
 * @param x [batch, rows, cols]
 * @param s [batch, rows, 1]
 * @param y like x
 */
public record RowDivide(Buffer x, Buffer s, Buffer y) implements Op {

    private static final Kernel DIVIDE = Kernel.of(ElementKernels::rowDivide);

    @Override
    public List<Call> calls() {
        Shape e = x.shape();
        return List.of(DIVIDE.call(in(x), in(s), out(y).over(x), size(e.batch() * e.rows()), size(e.cols()))
                .by(new Launch.Elements(e)));
    }

    @Override
    public long flops() {
        return x.elements();
    }
}
