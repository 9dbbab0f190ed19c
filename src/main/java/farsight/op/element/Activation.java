package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.ActivationKernels;
import farsight.kernel.ElementKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.ActivationVector;
import farsight.vector.ElementVector;
import java.util.List;

/**
 * y = f(x), element by element.
 *
 * @param f the function
 * @param x any shape
 * @param y like x
 */
public record Activation(Function f, Buffer x, Buffer y) implements Op {

    /** A function of one number, and its derivative. */
    @SuppressWarnings("ImmutableEnumChecker") // A kernel only caches its Vector API twin.
    public enum Function {
        /** max(x, 0); 1 where y &gt; 0, else 0. */
        RELU(
                1,
                Kernel.of(ElementKernels::relu).vector(ElementVector.class),
                1,
                Kernel.of(ElementKernels::reluGradient).vector(ElementVector.class),
                true),
        /** 1 / (1 + exp(−x)); y·(1 − y). */
        SIGMOID(
                4,
                Kernel.of(ElementKernels::sigmoid).vector(ElementVector.class),
                3,
                Kernel.of(ElementKernels::sigmoidGradient).vector(ElementVector.class),
                true),
        /** x·σ(x) with σ(x) = 1 / (1 + exp(−x)), also called swish; σ(x)·(1 + x·(1 − σ(x))). */
        SILU(
                5,
                Kernel.of(ActivationKernels::silu).vector(ActivationVector.class),
                9,
                Kernel.of(ActivationKernels::siluGradient).vector(ActivationVector.class),
                false),
        /** x/6 + 1/2, at least 0 and at most 1; 1/6 where −3 &lt; x &lt; 3, else 0. */
        HARD_SIGMOID(
                4,
                Kernel.of(ActivationKernels::hardSigmoid).vector(ActivationVector.class),
                3,
                Kernel.of(ActivationKernels::hardSigmoidGradient).vector(ActivationVector.class),
                false);

        private final int flops;
        private final Kernel forward;
        private final int gradientFlops;
        private final Kernel gradient;
        private final boolean ofResult;

        Function(int flops, Kernel forward, int gradientFlops, Kernel gradient, boolean ofResult) {
            this.flops = flops;
            this.forward = forward;
            this.gradientFlops = gradientFlops;
            this.gradient = gradient;
            this.ofResult = ofResult;
        }

        /** The name of the operation, for example {@code relu}. */
        public String kernelName() {
            return forward.method().name();
        }

        /** Whether the derivative is computed from the result y; else from x. */
        public boolean ofResult() {
            return ofResult;
        }
    }

    @Override
    public List<Call> calls() {
        return List.of(f.forward.call(in(x), out(y).over(x), size(x.elements())));
    }

    @Override
    public long flops() {
        return f.flops * x.elements();
    }

    /**
     * dx = f′·dy, or dx += that.
     *
     * @param at y where the function's derivative is computed from the result, else x
     * @param dy like x
     * @param dx like x
     */
    public record Gradient(Function f, Buffer at, Buffer dy, Buffer dx, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            return List.of(f.gradient.call(
                    in(at), in(dy), into(dx, accumulate).over(at, dy), size(at.elements()), flag(accumulate)));
        }

        @Override
        public long flops() {
            return f.gradientFlops * at.elements();
        }
    }
}
