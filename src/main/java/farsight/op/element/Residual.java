package farsight.op.element;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import java.util.List;

/**
 * y = x + u.
 *
 * @param x any shape
 * @param u like x
 * @param y like x
 */
public record Residual(Buffer x, Buffer u, Buffer y) implements Op {

    private static final Kernel RESIDUAL = Kernel.of(ElementKernels::residual).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        return List.of(RESIDUAL.call(in(x), in(u), out(y).over(x, u), size(x.elements())));
    }

    @Override
    public long flops() {
        return x.elements();
    }
}
