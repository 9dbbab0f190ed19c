package farsight.op.product;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.group.GemmL2Groups;
import farsight.op.Call;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.norm.L2Rows;
import farsight.program.Shape;
import farsight.vector.GemmL2Vector;
import farsight.vector.Workers;
import java.util.List;

/**
 * Y = l2(r(A·Bᵀ)) row by row, r the identity or ReLU: a product and its norm in one pass over memory. The plain loops
 * run one after the other, in place.
 *
 * @param product A·Bᵀ, into Y
 * @param unit the norm, of Y in place
 */
public record GemmL2(MatMul product, L2Rows unit) implements Op {

    private static final Kernel FUSED = Kernel.of(GemmL2Groups::gemmL2).fused().vector(GemmL2Vector.class);

    /** Checks that the norm takes the product in place. */
    public GemmL2 {
        FusedEpilogue.check(product, unit.x(), unit.y());
    }

    @Override
    public String name() {
        return unit.relu() ? "reluGemmL2" : "gemmL2";
    }

    /** The product and then the norm. */
    @Override
    public List<Call> calls() {
        return FusedEpilogue.calls(product, unit);
    }

    /** The fused kernel, for work-groups and the Vector API. */
    private Call fused() {
        Shape s = unit.y().shape();
        return FUSED.call(
                        in(product.a()),
                        in(product.b()),
                        out(unit.y()),
                        out(unit.norms()),
                        fromGrid(size(s.batch())),
                        size(s.rows()),
                        size(s.cols()),
                        size(product.a().shape().cols()),
                        product.strideB(),
                        flag(unit.relu()))
                .by(new Launch.WholeRowTiles(s.batch(), s.rows(), s.cols()));
    }

    @Override
    public long flops() {
        return FusedEpilogue.flops(product, unit);
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        return fused().vector(at, workers);
    }

    /** The fused kernel if a tile has whole rows and its group fits the device; the norm then needs no second pass. */
    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Call fused = fused();
        return fused.groups(limits) ? List.of(fused.task(id, at, limits)) : Op.super.groupTasks(id, at, limits);
    }

    @Override
    public List<Op> parts(GroupLimits limits) {
        return fused().groups(limits) ? List.of(this) : List.of(product, unit);
    }
}
