package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.LayoutKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayoutVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, j, i] = x[b, i, j], or y += that.
 *
 * @param x [batch, rows, cols]
 * @param y [batch, cols, rows]
 */
public record Transpose(Buffer x, Buffer y, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "transpose";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, y, x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 0;
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(task(id, at, size(y.shape().cols())));
    }

    private TaskPackage task(String id, Storage at, int span) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                LayoutKernels::transposed,
                at.of(x),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                flag(accumulate),
                span);
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return List.of(WorkGroups.elements(limits, y, span -> task(id, at, span)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        LayoutVector.transposed(
                at.of(x), at.of(y), size(s.batch()), size(s.rows()), size(s.cols()), flag(accumulate), workers);
    }
}
