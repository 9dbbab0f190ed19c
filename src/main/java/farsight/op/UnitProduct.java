package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

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
     * The gradient before the norm, where that of Y is a product: dX = J·(A·Bᵀ), J the norm's of {@link L2Rows.Gradient}.
     *
     * @param product A·Bᵀ, into dX
     * @param gradient J, of dX in place
     */
    public record Gradient(MatMul product, L2Rows.Gradient gradient) implements Op {

        /** Checks that the gradient takes what the product gives. */
        public Gradient {
            Followed.check(product, gradient.dy(), gradient.dx());
        }

        @Override
        public String name() {
            return "unitProductGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Followed.reads(product, gradient);
        }

        @Override
        public List<Buffer> writes() {
            return gradient.writes();
        }

        @Override
        public long flops() {
            return Followed.flops(product, gradient);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            return Followed.tasks(product, gradient, id, at);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape a = product.a().shape();
            UnitProducts.unitProductGradient(
                    at.of(product.a()),
                    at.of(product.b()),
                    at.of(gradient.y()),
                    at.of(gradient.norms()),
                    at.of(gradient.dx()),
                    size(a.batch()),
                    size(a.rows()),
                    size(gradient.dx().shape().cols()),
                    size(a.cols()),
                    product.strideB(),
                    flag(gradient.relu()),
                    workers);
        }
    }

    /**
     * The same for unit norms over the positions: J of {@link L2Positions.Gradient}.
     *
     * @param product A·Bᵀ, into dX
     * @param gradient J, of dX in place
     */
    public record PositionsGradient(MatMul product, L2Positions.Gradient gradient) implements Op {

        /** Checks that the gradient takes what the product gives. */
        public PositionsGradient {
            Followed.check(product, gradient.dy(), gradient.dx());
        }

        @Override
        public String name() {
            return "unitPositionsProductGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Followed.reads(product, gradient);
        }

        @Override
        public List<Buffer> writes() {
            return gradient.writes();
        }

        @Override
        public long flops() {
            return Followed.flops(product, gradient);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            return Followed.tasks(product, gradient, id, at);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape a = product.a().shape();
            UnitProducts.unitPositionsProductGradient(
                    at.of(product.a()),
                    at.of(product.b()),
                    at.of(gradient.y()),
                    at.of(gradient.norms()),
                    at.of(gradient.along()),
                    at.of(gradient.dx()),
                    size(a.batch()),
                    size(a.rows()),
                    size(gradient.dx().shape().cols()),
                    size(a.cols()),
                    product.strideB(),
                    flag(gradient.relu()),
                    workers);
        }
    }
}
