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
 * y = value, one for all elements: 0 for the gradient of a buffer on which the output does not depend, 1 for that of a
 * loss.
 *
 * @param y any shape
 */
public record Fill(Buffer y, float value) implements Op {

    private static final Kernel FILL = Kernel.of(ElementKernels::fill);

    @Override
    public List<Call> calls() {
        return List.of(FILL.call(out(y), size(y.elements()), value));
    }

    @Override
    public long flops() {
        return 0;
    }
}
