package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import java.util.List;

/**
 * y = x, or y += x.
 *
 * @param x any shape
 * @param y any shape with as many elements
 */
public record Copy(Buffer x, Buffer y, boolean accumulate) implements Op {

    private static final Kernel ADD = Kernel.of(ElementKernels::copy).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        return List.of(ADD.call(in(x), into(y, accumulate).over(x), size(x.elements()), flag(accumulate)));
    }

    @Override
    public long flops() {
        return accumulate ? x.elements() : 0;
    }
}
