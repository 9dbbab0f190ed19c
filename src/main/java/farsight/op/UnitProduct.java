package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.group.ProductTile;
import farsight.kernel.group.UnitProductGroups;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.UnitProducts;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * Y = l2(r(A·Bᵀ)) row by row, r the identity or ReLU: a product and its norm in one pass over memory. Plain kernels run
 * the one after the other, in place.
 *
 * @param product A·Bᵀ, into Y
 * @param unit the norm, of Y in place
 */
public record UnitProduct(MatMul product, L2Rows unit) implements Op {

    /** Checks that the norm takes what the product gives. */
    public UnitProduct {
        Followed.check(product, unit.x(), unit.y());
    }

    @Override
    public String name() {
        return unit.relu() ? "reluUnitProduct" : "unitProduct";
    }

    @Override
    public List<Buffer> reads() {
        return Followed.reads(product, unit);
    }

    @Override
    public List<Buffer> writes() {
        return unit.writes();
    }

    @Override
    public long flops() {
        return Followed.flops(product, unit);
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return Followed.tasks(product, unit, id, at);
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        if (!inOne(limits)) {
            return Followed.groupTasks(product, unit, id, at, limits);
        }
        Shape a = product.a().shape();
        int n = size(unit.y().shape().cols());
        ProductTile tile = ProductTile.ofWholeRows(n);
        return List.of(GridTask.on(
                ProductGroups.of(tile, size(a.batch()), size(a.rows()), n),
                TaskPackage.createPackage(
                        id,
                        UnitProductGroups::unitProduct,
                        WorkGroups.CONTEXT,
                        at.of(product.a()),
                        at.of(product.b()),
                        at.of(unit.y()),
                        at.of(unit.norms()),
                        size(a.rows()),
                        n,
                        size(a.cols()),
                        product.strideB(),
                        flag(unit.relu()),
                        tile.across(),
                        tile.rowsEach(),
                        tile.columnsEach())));
    }

    /** Whether a tile has whole rows, and its group fits the device: then the norm needs no second pass. */
    private boolean inOne(GroupLimits limits) {
        int n = size(unit.y().shape().cols());
        ProductTile tile = ProductTile.ofWholeRows(n);
        return n <= tile.columns() && limits.allow(ProductTile.ITEMS, UnitProductGroups.localBytes(tile));
    }

    @Override
    public List<Op> parts(GroupLimits limits) {
        return inOne(limits) ? List.of(this) : List.of(product, unit);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape a = product.a().shape();
        UnitProducts.unitProduct(
                at.of(product.a()),
                at.of(product.b()),
                at.of(unit.y()),
                at.of(unit.norms()),
                size(a.batch()),
                size(a.rows()),
                size(unit.y().shape().cols()),
                size(a.cols()),
                product.strideB(),
                flag(unit.relu()),
                workers);
    }
}
