package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.DropoutKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.DropoutVector;
import java.util.List;

/**
 * y = x/(1 − p) where an element is kept and 0 where it is dropped, with probability p; or y += that. The two seeds,
 * the stream and the element's index decide which, the same on every engine. Its gradient is the same operation on dy.
 *
 * @param x any shape
 * @param seed two whole numbers below 2²⁴, such as the step and a seed of the run, [1, 1, 2]
 * @param y like x
 * @param p from 0, nothing dropped, to 1, everything
 * @param stream the layer's number: layers of one step differ by it
 */
public record Dropout(Buffer x, Buffer seed, Buffer y, float p, int stream, boolean accumulate) implements Op {

    private static final float ALL = 1 << 24;

    private static final Kernel DROPOUT = Kernel.of(DropoutKernels::dropout).vector(DropoutVector.class);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException for a p outside 0 … 1, or fewer seeds than two
     */
    public Dropout {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout p: " + p + ", expected 0 to 1");
        }
        if (!seed.shape().equals(Shape.vector(2))) {
            throw new IllegalArgumentException("dropout takes two seeds, not " + seed.shape());
        }
    }

    @Override
    public List<Call> calls() {
        return List.of(DROPOUT.call(
                in(x),
                in(seed),
                into(y, accumulate).over(x),
                size(x.elements()),
                stream,
                Math.round(p * ALL),
                p == 1 ? 0f : (float) (1 / (1.0 - p)),
                flag(accumulate)));
    }

    @Override
    public long flops() {
        return x.elements();
    }
}
