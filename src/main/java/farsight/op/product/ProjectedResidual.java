package farsight.op.product;

import static farsight.op.Op.size;

import farsight.op.Call;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.element.ScaledResidual;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import farsight.vector.Workers;
import java.util.List;

/**
 * Y = X + γ·A·Bᵀ: a projection and its residual in one pass over memory. The plain loops run one after the other, in
 * place.
 *
 * @param product A·Bᵀ, into Y
 * @param residual X + γ·Y, into Y
 */
public record ProjectedResidual(MatMul product, ScaledResidual residual) implements Op {

    /** Checks that the residual takes the product in place. */
    public ProjectedResidual {
        FusedEpilogue.check(product, residual.u(), residual.y());
    }

    @Override
    public String name() {
        return "projectedResidual";
    }

    @Override
    public List<Call> calls() {
        return FusedEpilogue.calls(product, residual);
    }

    @Override
    public long flops() {
        return FusedEpilogue.flops(product, residual);
    }

    @Override
    public List<Op> parts(GroupLimits limits) {
        return List.of(product, residual);
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        Shape s = residual.y().shape();
        return () -> MatMulVector.projectedResidual(
                at.of(product.a()),
                at.of(product.b()),
                at.of(residual.x()),
                at.of(residual.gamma()),
                at.of(residual.y()),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                size(product.a().shape().cols()),
                product.strideB(),
                workers);
    }
}
