package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.LandmarkKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.LandmarkVector;
import java.util.List;

/**
 * y = α·x + β·I for every matrix of a batch, or y += that. Its gradient is the same with β = 0: dx = α·dy.
 *
 * @param x [batch, m, m]
 * @param y like x
 */
public record PlusIdentity(Buffer x, Buffer y, float alpha, float beta, boolean accumulate) implements Op {

    private static final Kernel SUM = Kernel.of(LandmarkKernels::plusIdentity).vector(LandmarkVector.class);

    @Override
    public List<Call> calls() {
        return List.of(SUM.call(
                        in(x),
                        into(y, accumulate).over(x),
                        size(x.shape().batch()),
                        size(x.shape().cols()),
                        alpha,
                        beta,
                        flag(accumulate))
                .by(new Launch.Elements(x.shape())));
    }

    @Override
    public long flops() {
        return 2 * x.elements();
    }
}
