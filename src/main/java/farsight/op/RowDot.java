package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.StreamingKernels;
import farsight.kernel.group.RowGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.RowDots;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * D_i = y_i·dy_i.
 *
 * @param along D, [B, N, 1]
 */
public record RowDot(Buffer y, Buffer dy, Buffer along) implements Op {

    @Override
    public String name() {
        return "rowDot";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(y, dy);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(along);
    }

    @Override
    public long flops() {
        return 2 * y.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                StreamingKernels::rowDot,
                at.of(y),
                at.of(dy),
                at.of(along),
                size(along.elements()),
                size(y.shape().cols())));
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
                        RowGroups::rowDot,
                        WorkGroups.CONTEXT,
                        at.of(y),
                        at.of(dy),
                        at.of(along),
                        rows,
                        cols,
                        Rows.lanes(cols))));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        RowDots.rowDot(
                at.of(y),
                at.of(dy),
                at.of(along),
                size(along.elements()),
                size(y.shape().cols()),
                workers);
    }
}
