package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.SoftmaxKernels;
import farsight.kernel.group.RowGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.SoftmaxVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y_i = softmax(scale·x_i) for every row i.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 */
public record SoftmaxRows(Buffer x, Buffer y, float scale) implements Op {

    @Override
    public String name() {
        return "softmaxRows";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return true;
    }

    @Override
    public long flops() {
        return Math.multiplyExact(5, x.elements());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape s = x.shape();
        return List.of(TaskPackage.createPackage(
                id,
                SoftmaxKernels::softmaxRows,
                at.of(x),
                at.of(y),
                size(s.batch() * s.rows()),
                size(s.cols()),
                scale));
    }

    @Override
    public long iterations() {
        return x.shape().batch() * x.shape().rows();
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
                        RowGroups::softmaxRows,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(y),
                        rows,
                        cols,
                        scale,
                        Rows.lanes(cols))));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        SoftmaxVector.softmaxRows(at.of(x), at.of(y), size(s.batch() * s.rows()), size(s.cols()), scale, workers);
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
        public String name() {
            return "softmaxRowsGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, y, dy);
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
                    SoftmaxKernels::softmaxRowsGradient,
                    at.of(y),
                    at.of(dy),
                    at.of(dx),
                    size(s.batch() * s.rows()),
                    size(s.cols()),
                    scale,
                    flag(accumulate)));
        }

        @Override
        public long iterations() {
            return y.shape().batch() * y.shape().rows();
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
                            RowGroups::softmaxRowsGradient,
                            WorkGroups.CONTEXT,
                            at.of(y),
                            at.of(dy),
                            at.of(dx),
                            rows,
                            cols,
                            scale,
                            flag(accumulate),
                            Rows.lanes(cols))));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = y.shape();
            SoftmaxVector.softmaxRowsGradient(
                    at.of(y),
                    at.of(dy),
                    at.of(dx),
                    size(s.batch() * s.rows()),
                    size(s.cols()),
                    scale,
                    flag(accumulate),
                    workers);
        }
    }
}
