package farsight.op.element;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

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
 * y[b, i, j] = scale·t[b, j], or y += that: the gradient of a sum over positions.
 *
 * @param term t, [B, 1, C]
 * @param y [B, N, C]
 */
public record BroadcastOverPositions(Buffer term, Buffer y, float scale, boolean accumulate) implements Op {

    private static final Kernel SPREAD =
            Kernel.of(ElementKernels::broadcastOverPositions).vector(ElementVector.class);

    @Override
    public List<Call> calls() {
        Shape s = y.shape();
        return List.of(SPREAD.call(
                        in(term),
                        into(y, accumulate),
                        size(s.batch()),
                        size(s.rows()),
                        size(s.cols()),
                        scale,
                        flag(accumulate))
                .by(new Launch.Elements(s)));
    }

    @Override
    public long flops() {
        return 2 * y.elements();
    }
}
