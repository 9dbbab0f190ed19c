package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.PairKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.Columns;
import farsight.kernel.group.RowGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.PairVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A[b, i, j] = α·ReLU(s[b, i] + t[b, j]).
 *
 * @param s [B, rows, 1]
 * @param t [B, cols, 1]
 * @param a A, [B, rows, cols]
 * @param alpha α, above 0
 */
public record PairSum(Buffer s, Buffer t, Buffer a, float alpha) implements ElementOp {

    @Override
    public String name() {
        return "pairSum";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(s, t);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(a);
    }

    @Override
    public long flops() {
        return 3 * a.elements();
    }

    @Override
    public Shape extents() {
        return a.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        Shape n = a.shape();
        return TaskPackage.createPackage(
                id,
                PairKernels::pairSum,
                at.of(s),
                at.of(t),
                at.of(a),
                size(n.batch()),
                size(n.rows()),
                size(n.cols()),
                alpha,
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape n = a.shape();
        PairVector.pairSum(
                at.of(s), at.of(t), at.of(a), size(n.batch()), size(n.rows()), size(n.cols()), alpha, workers);
    }

    /**
     * ds[b, i] = α·Σ_j [s_i + t_j &gt; 0]·dA and dt[b, j] = α·Σ_i [s_i + t_j &gt; 0]·dA, or ds, dt += that. A itself is not
     * needed, so dA may have its array.
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
        public List<Buffer> reads() {
            var reads = new java.util.ArrayList<>(Op.reading(accumulateRows, ds, s, t, da));
            if (accumulateColumns) {
                reads.add(dt);
            }
            return List.copyOf(reads);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(ds, dt);
        }

        @Override
        public long flops() {
            return Math.multiplyExact(5, da.elements());
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            Shape n = da.shape();
            return List.of(
                    TaskPackage.createPackage(
                            id + "Rows",
                            PairKernels::pairRowGradient,
                            at.of(s),
                            at.of(t),
                            at.of(da),
                            at.of(ds),
                            size(n.batch()),
                            size(n.rows()),
                            size(n.cols()),
                            alpha,
                            flag(accumulateRows)),
                    TaskPackage.createPackage(
                            id + "Columns",
                            PairKernels::pairColumnGradient,
                            at.of(s),
                            at.of(t),
                            at.of(da),
                            at.of(dt),
                            size(n.batch()),
                            size(n.rows()),
                            size(n.cols()),
                            alpha,
                            flag(accumulateColumns)));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            List<GridTask> plain = Op.super.groupTasks(id, at, limits);
            Shape n = da.shape();
            int batch = size(n.batch());
            int rows = size(n.rows());
            int cols = size(n.cols());
            GridTask byRows = GridTask.on(
                    WorkGroups.ofRows(batch * rows, cols),
                    TaskPackage.createPackage(
                            id + "Rows",
                            RowGroups::pairRowGradient,
                            WorkGroups.CONTEXT,
                            at.of(s),
                            at.of(t),
                            at.of(da),
                            at.of(ds),
                            batch,
                            rows,
                            cols,
                            alpha,
                            flag(accumulateRows),
                            Rows.lanes(cols)));
            GridTask byColumns = GridTask.on(
                    WorkGroups.ofColumns(batch, 1, cols),
                    TaskPackage.createPackage(
                            id + "Columns",
                            ColumnGroups::pairColumnGradient,
                            WorkGroups.CONTEXT,
                            at.of(s),
                            at.of(t),
                            at.of(da),
                            at.of(dt),
                            rows,
                            cols,
                            alpha,
                            flag(accumulateColumns),
                            Columns.width(cols)));
            return List.of(
                    WorkGroups.shareRows(cols, limits) ? byRows : plain.getFirst(),
                    WorkGroups.shareColumns(limits) ? byColumns : plain.getLast());
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape n = da.shape();
            PairVector.pairRowGradient(
                    at.of(s),
                    at.of(t),
                    at.of(da),
                    at.of(ds),
                    size(n.batch()),
                    size(n.rows()),
                    size(n.cols()),
                    alpha,
                    flag(accumulateRows),
                    workers);
            PairVector.pairColumnGradient(
                    at.of(s),
                    at.of(t),
                    at.of(da),
                    at.of(dt),
                    size(n.batch()),
                    size(n.rows()),
                    size(n.cols()),
                    alpha,
                    flag(accumulateColumns),
                    workers);
        }
    }
}
