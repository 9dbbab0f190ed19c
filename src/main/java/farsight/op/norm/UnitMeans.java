package farsight.op.norm;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.ColumnKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import java.util.List;

/**
 * y[b, ·, j] = l(x[b, ·, j] / (ε + s[b, j])), l(v) = v / (ε + ‖v‖): weighted means, scaled to a length of about 1. Has
 * no gradient.
 *
 * @param x weighted sums, [batch, rows, cols]
 * @param sums s, the sums of the weights, each at least 0, [batch, 1, cols]
 * @param y like x
 * @param factors y / x per column, [batch, 1, cols]
 */
public record UnitMeans(Buffer x, Buffer sums, Buffer y, Buffer factors) implements Op {

    private static final Kernel MEANS = Kernel.of(ColumnKernels::unitMeans).vector(ColumnVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(MEANS.call(
                        in(x), in(sums), out(y).over(x), out(factors), size(s.batch()), size(s.rows()), size(s.cols()))
                .by(new Launch.Iterations(s.batch() * s.cols())));
    }

    @Override
    public long flops() {
        return 3 * x.elements();
    }
}
