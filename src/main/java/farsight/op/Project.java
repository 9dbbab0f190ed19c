package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = x·Wᵀ + b at every position: the 1×1 convolution with bias. Without a bias it is a {@link
 * MatMul}.
 *
 * @param x [B, N, in]
 * @param w W, [1, out, in]
 * @param bias b, [1, 1, out]
 * @param y [B, N, out]
 */
public record Project(Buffer x, Buffer w, Buffer bias, Buffer y) implements Op {

    @Override
    public String name() {
        return "project";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, w, bias);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * y.elements(), x.shape().cols());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape s = x.shape();
        return List.of(TaskPackage.createPackage(
                id,
                MatMulKernels::projectWithBias,
                at.of(x),
                at.of(w),
                at.of(bias),
                at.of(y),
                size(s.batch() * s.rows()),
                size(s.cols()),
                size(y.shape().cols())));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Shape s = x.shape();
        int m = size(s.batch() * s.rows());
        int n = size(y.shape().cols());
        return List.of(ProductGroups.task(
                limits,
                1,
                m,
                n,
                () -> tasks(id, at).getFirst(),
                tile -> TaskPackage.createPackage(
                        id,
                        MatMulGroups::projectWithBias,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(w),
                        at.of(bias),
                        at.of(y),
                        m,
                        n,
                        size(s.cols()),
                        tile.across(),
                        tile.rowsEach(),
                        tile.columnsEach())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        MatMulVector.projectWithBias(
                at.of(x),
                at.of(w),
                at.of(bias),
                at.of(y),
                size(s.batch() * s.rows()),
                size(s.cols()),
                size(y.shape().cols()),
                workers);
    }
}
