package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import java.util.List;

/**
 * y = x + γ·u.
 *
 * @param x any shape
 * @param u like x
 * @param gamma γ, [1, 1, 1]
 * @param y like x
 */
public record ScaledResidual(Buffer x, Buffer u, Buffer gamma, Buffer y) implements Op {

    private static final Kernel RESIDUAL =
            Kernel.of(ElementKernels::scaledResidual).vector(ElementVector.class);
    private static final Kernel SCALE = Kernel.of(ElementKernels::scaledCopy).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        return List.of(RESIDUAL.call(in(x), in(u), in(gamma), out(y).over(x, u), size(x.elements())));
    }

    @Override
    public long flops() {
        return 2 * x.elements();
    }

    /**
     * du = γ·dy, or du += that.
     *
     * @param gamma γ, [1, 1, 1]
     * @param dy any shape
     * @param du like dy
     */
    public record Gradient(Buffer gamma, Buffer dy, Buffer du, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            return List.of(SCALE.call(
                    in(gamma), in(dy), into(du, accumulate).over(dy), size(dy.elements()), flag(accumulate)));
        }

        @Override
        public long flops() {
            return 2 * dy.elements();
        }
    }
}
