package farsight.op;

import static farsight.op.Op.size;

import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * Y = X + γ·A·Bᵀ: a projection and the residual around it in one pass over memory. Plain kernels run the one after the
 * other, in place.
 *
 * @param product A·Bᵀ, into Y
 * @param residual X + γ·Y, into Y
 */
public record ProjectedResidual(MatMul product, ScaledResidual residual) implements Op {

    /** Checks that the residual takes what the product gives. */
    public ProjectedResidual {
        Followed.check(product, residual.u(), residual.y());
    }

    @Override
    public String name() {
        return "projectedResidual";
    }

    @Override
    public List<Buffer> reads() {
        return Followed.reads(product, residual);
    }

    @Override
    public List<Buffer> writes() {
        return residual.writes();
    }

    @Override
    public long flops() {
        return Followed.flops(product, residual);
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return Followed.tasks(product, residual, id, at);
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return Followed.groupTasks(product, residual, id, at, limits);
    }

    @Override
    public List<Op> parts(GroupLimits limits) {
        return List.of(product, residual);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape a = product.a().shape();
        MatMulVector.projectedResidual(
                at.of(product.a()),
                at.of(product.b()),
                at.of(residual.x()),
                at.of(residual.gamma()),
                at.of(residual.y()),
                size(a.batch()),
                size(a.rows()),
                size(residual.y().shape().cols()),
                size(a.cols()),
                product.strideB(),
                workers);
    }
}
