package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.PairKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.RowGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.PairVector;
import java.util.List;

/**
 * A[b, i, j] = α·ReLU(s[b, i] + t[b, j]).
 *
 * @param s [B, rows, 1]
 * @param t [B, cols, 1]
 * @param a A, [B, rows, cols]
 * @param alpha α, above 0
 */
public record PairSum(Buffer s, Buffer t, Buffer a, float alpha) implements Op {

    private static final Kernel SUM = Kernel.of(PairKernels::pairSum).vector(PairVector.class);
    private static final Kernel ROWS = Kernel.of(PairKernels::pairRowGradient)
            .group(RowGroups::pairRowGradient)
            .vector(PairVector.class);
    private static final Kernel COLUMNS = Kernel.of(PairKernels::pairColumnGradient)
            .group(ColumnGroups::pairColumnGradient)
            .vector(PairVector.class);

    @Override
    public List<Call> calls() {
        Shape n = a.shape();
        return List.of(SUM.call(in(s), in(t), out(a), size(n.batch()), size(n.rows()), size(n.cols()), alpha)
                .by(new Launch.Elements(n)));
    }

    @Override
    public long flops() {
        return 3 * a.elements();
    }

    /**
     * ds[b, i] = α·Σ_j [s_i + t_j &gt; 0]·dA and dt[b, j] = α·Σ_i [s_i + t_j &gt; 0]·dA, or ds, dt += that. A is not
     * read, so dA may share its array.
     *
     * @param s [B, rows, 1]
     * @param t [B, cols, 1]
     * @param da like A, [B, rows, cols]
     * @param ds like s
     * @param dt like t
     */
    public record Gradient(
            Buffer s,
            Buffer t,
            Buffer da,
            Buffer ds,
            Buffer dt,
            float alpha,
            boolean accumulateRows,
            boolean accumulateColumns)
            implements Op {

        @Override
        public String name() {
            return "pairSumGradient";
        }

        @Override
        public List<Call> calls() {
            Shape n = da.shape();
            int batch = size(n.batch());
            int rows = size(n.rows());
            int cols = size(n.cols());
            return List.of(
                    ROWS.call(
                                    in(s),
                                    in(t),
                                    in(da),
                                    into(ds, accumulateRows),
                                    batch,
                                    rows,
                                    cols,
                                    alpha,
                                    flag(accumulateRows))
                            .by(new Launch.SharedRows(n.batch() * n.rows(), n.cols()))
                            .named("Rows"),
                    COLUMNS.call(
                                    in(s),
                                    in(t),
                                    in(da),
                                    into(dt, accumulateColumns),
                                    fromGrid(batch),
                                    rows,
                                    cols,
                                    alpha,
                                    flag(accumulateColumns))
                            .by(new Launch.SharedColumns(n.batch(), 1, n.cols()))
                            .named("Columns"));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(5, da.elements());
        }
    }
}
