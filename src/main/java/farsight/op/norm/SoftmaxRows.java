package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.SoftmaxKernels;
import farsight.kernel.group.RowGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.SoftmaxVector;
import java.util.List;

/**
 * y_i = softmax(scale·x_i) for every row i.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 */
public record SoftmaxRows(Buffer x, Buffer y, float scale) implements Op {

    private static final Kernel SOFTMAX =
            Kernel.of(SoftmaxKernels::softmaxRows).group(RowGroups::softmaxRows).vector(SoftmaxVector.class);
    private static final Kernel GRADIENT = Kernel.of(SoftmaxKernels::softmaxRowsGradient)
            .group(RowGroups::softmaxRowsGradient)
            .vector(SoftmaxVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        long rows = s.batch() * s.rows();
        return List.of(SOFTMAX.call(in(x), out(y).over(x), size(rows), size(s.cols()), scale)
                .by(new Launch.SharedRows(rows, s.cols())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(5, x.elements());
    }

    /**
     * dx_i = scale·y_i∘(dy_i − y_i·dy_i), or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer dx, float scale, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Shape s = y.shape();
            long rows = s.batch() * s.rows();
            return List.of(GRADIENT.call(
                            in(y),
                            in(dy),
                            into(dx, accumulate).over(dy),
                            size(rows),
                            size(s.cols()),
                            scale,
                            flag(accumulate))
                    .by(new Launch.SharedRows(rows, s.cols())));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(5, y.elements());
        }
    }
}
