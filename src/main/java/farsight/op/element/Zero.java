package farsight.op.element;

import static farsight.op.Op.size;
import static farsight.op.Operand.out;

import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import java.util.List;

/**
 * y = 0: the gradient of a buffer on which the output does not depend.
 *
 * @param y any shape
 */
public record Zero(Buffer y) implements Op {

    private static final Kernel FILL = Kernel.of(ElementKernels::fill);

    @Override
    public String name() {
        return "zero";
    }

    @Override
    public List<Call> calls() {
        return List.of(FILL.call(out(y), size(y.elements()), 0f));
    }

    @Override
    public long flops() {
        return 0;
    }
}
