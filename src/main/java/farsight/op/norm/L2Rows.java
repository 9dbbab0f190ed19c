package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.NormKernels;
import farsight.kernel.group.RowGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.NormVector;
import java.util.List;

/**
 * y_i = l2(r(x_i)) for every row i, r the identity or ReLU.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param norms ‖r(x_i)‖, [batch, rows, 1]
 */
public record L2Rows(Buffer x, Buffer y, Buffer norms, boolean relu) implements Op {

    private static final Kernel L2 =
            Kernel.of(NormKernels::l2Rows).group(RowGroups::l2Rows).vector(NormVector.class);
    private static final Kernel GRADIENT = Kernel.of(NormKernels::l2RowsGradient)
            .group(RowGroups::l2RowsGradient)
            .vector(NormVector.class);

    @Override
    public String name() {
        return relu ? "reluL2Rows" : "l2Rows";
    }

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        long rows = s.batch() * s.rows();
        return List.of(L2.call(in(x), out(y).over(x), out(norms), size(rows), size(s.cols()), flag(relu))
                .by(new Launch.SharedRows(rows, s.cols())));
    }

    @Override
    public long flops() {
        return 3 * x.elements();
    }

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(dy_i − y_i·(y_i·dy_i)) / ‖r(x_i)‖, or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param norms [batch, rows, 1]
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer norms, Buffer dx, boolean relu, boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            Shape s = y.shape();
            long rows = s.batch() * s.rows();
            return List.of(GRADIENT.call(
                            in(y),
                            in(dy),
                            in(norms),
                            into(dx, accumulate).over(dy),
                            size(rows),
                            size(s.cols()),
                            flag(relu),
                            flag(accumulate))
                    .by(new Launch.SharedRows(rows, s.cols())));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(5, y.elements());
        }
    }
}
