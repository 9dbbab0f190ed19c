package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ProductGradientKernels;
import farsight.kernel.group.ProductGradientGroups;
import farsight.kernel.group.ProductTile;
import farsight.kernel.group.UnitProductGroups;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ProductGradients;
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

    /**
     * The gradient before the norm, where that of Y is a product: dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms row by row.
     * The product is not stored, and dX may take Y's place.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, m, 1]
     * @param along D_i = Σ_j y_ij·(A·Bᵀ)_ij, [batch, m, 1]
     * @param dx like y
     */
    public record Gradient(Buffer a, Buffer b, Buffer y, Buffer norms, Buffer along, Buffer dx, boolean relu)
            implements Op {

        /** Checks that the shapes fit. */
        public Gradient {
            ProductGradient.check(a, b, y, dx);
        }

        @Override
        public String name() {
            return "unitProductGradient";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(a, b, y, norms, along);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return ProductGradient.mayOverwrite(read, a, b, y);
        }

        @Override
        public long flops() {
            return ProductGradient.flops(a, dx);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            Shape s = dx.shape();
            return List.of(TaskPackage.createPackage(
                    id,
                    ProductGradientKernels::unitRowsGradient,
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    size(a.shape().cols()),
                    MatMul.strideB(b),
                    flag(relu)));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            Shape s = dx.shape();
            int batch = size(s.batch());
            int m = size(s.rows());
            int n = size(s.cols());
            return List.of(ProductGroups.task(
                    limits,
                    batch,
                    m,
                    n,
                    () -> tasks(id, at).getFirst(),
                    tile -> TaskPackage.createPackage(
                            id,
                            ProductGradientGroups::unitRowsGradient,
                            WorkGroups.CONTEXT,
                            at.of(a),
                            at.of(b),
                            at.of(y),
                            at.of(norms),
                            at.of(along),
                            at.of(dx),
                            m,
                            n,
                            size(a.shape().cols()),
                            MatMul.strideB(b),
                            flag(relu),
                            tile.across(),
                            tile.rowsEach(),
                            tile.columnsEach())));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = dx.shape();
            ProductGradients.unitRowsGradient(
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    size(a.shape().cols()),
                    MatMul.strideB(b),
                    flag(relu),
                    workers);
        }
    }

    /**
     * The same for unit norms over the positions, of {@link L2Positions}.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, 1, n]
     * @param along D_j = Σ_i y_ij·(A·Bᵀ)_ij, [batch, 1, n]
     * @param dx like y
     */
    public record PositionsGradient(Buffer a, Buffer b, Buffer y, Buffer norms, Buffer along, Buffer dx, boolean relu)
            implements Op {

        /** Checks that the shapes fit. */
        public PositionsGradient {
            ProductGradient.check(a, b, y, dx);
        }

        @Override
        public String name() {
            return "unitPositionsProductGradient";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(a, b, y, norms, along);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return ProductGradient.mayOverwrite(read, a, b, y);
        }

        @Override
        public long flops() {
            return ProductGradient.flops(a, dx);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            Shape s = dx.shape();
            return List.of(TaskPackage.createPackage(
                    id,
                    ProductGradientKernels::unitPositionsGradient,
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    size(a.shape().cols()),
                    MatMul.strideB(b),
                    flag(relu)));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            Shape s = dx.shape();
            int batch = size(s.batch());
            int m = size(s.rows());
            int n = size(s.cols());
            return List.of(ProductGroups.task(
                    limits,
                    batch,
                    m,
                    n,
                    () -> tasks(id, at).getFirst(),
                    tile -> TaskPackage.createPackage(
                            id,
                            ProductGradientGroups::unitPositionsGradient,
                            WorkGroups.CONTEXT,
                            at.of(a),
                            at.of(b),
                            at.of(y),
                            at.of(norms),
                            at.of(along),
                            at.of(dx),
                            m,
                            n,
                            size(a.shape().cols()),
                            MatMul.strideB(b),
                            flag(relu),
                            tile.across(),
                            tile.rowsEach(),
                            tile.columnsEach())));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = dx.shape();
            ProductGradients.unitPositionsGradient(
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    size(a.shape().cols()),
                    MatMul.strideB(b),
                    flag(relu),
                    workers);
        }
    }
}
