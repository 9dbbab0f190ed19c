package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.NormKernels;
import farsight.kernel.group.RowGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.NormVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y_i = l2(r(x_i)) for every row i, r the identity or ReLU.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param norms ‖r(x_i)‖, [batch, rows, 1]
 */
public record L2Rows(Buffer x, Buffer y, Buffer norms, boolean relu) implements Op {

    @Override
    public String name() {
        return relu ? "reluL2Rows" : "l2Rows";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, norms);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return written.equals(y);
    }

    @Override
    public long flops() {
        return 3 * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape s = x.shape();
        return List.of(TaskPackage.createPackage(
                id,
                NormKernels::l2Rows,
                at.of(x),
                at.of(y),
                at.of(norms),
                size(s.batch() * s.rows()),
                size(s.cols()),
                flag(relu)));
    }

    @Override
    public long iterations() {
        return norms.elements();
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Shape s = x.shape();
        if (!WorkGroups.shareRows(s.cols(), limits)) {
            return Op.super.groupTasks(id, at, limits);
        }
        int rows = size(s.batch() * s.rows());
        int cols = size(s.cols());
        return List.of(GridTask.on(
                WorkGroups.ofRows(rows, cols),
                TaskPackage.createPackage(
                        id,
                        RowGroups::l2Rows,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(y),
                        at.of(norms),
                        rows,
                        cols,
                        flag(relu),
                        Rows.lanes(cols))));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        NormVector.l2Rows(
                at.of(x), at.of(y), at.of(norms), size(s.batch() * s.rows()), size(s.cols()), flag(relu), workers);
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
        public String name() {
            return "l2RowsGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, y, dy, norms);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return read.equals(dy);
        }

        @Override
        public long flops() {
            return Math.multiplyExact(5, y.elements());
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            Shape s = y.shape();
            return List.of(TaskPackage.createPackage(
                    id,
                    NormKernels::l2RowsGradient,
                    at.of(y),
                    at.of(dy),
                    at.of(norms),
                    at.of(dx),
                    size(s.batch() * s.rows()),
                    size(s.cols()),
                    flag(relu),
                    flag(accumulate)));
        }

        @Override
        public long iterations() {
            return norms.elements();
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            Shape s = y.shape();
            if (!WorkGroups.shareRows(s.cols(), limits)) {
                return Op.super.groupTasks(id, at, limits);
            }
            int rows = size(s.batch() * s.rows());
            int cols = size(s.cols());
            return List.of(GridTask.on(
                    WorkGroups.ofRows(rows, cols),
                    TaskPackage.createPackage(
                            id,
                            RowGroups::l2RowsGradient,
                            WorkGroups.CONTEXT,
                            at.of(y),
                            at.of(dy),
                            at.of(norms),
                            at.of(dx),
                            rows,
                            cols,
                            flag(relu),
                            flag(accumulate),
                            Rows.lanes(cols))));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = y.shape();
            NormVector.l2RowsGradient(
                    at.of(y),
                    at.of(dy),
                    at.of(norms),
                    at.of(dx),
                    size(s.batch() * s.rows()),
                    size(s.cols()),
                    flag(relu),
                    flag(accumulate),
                    workers);
        }
    }
}
