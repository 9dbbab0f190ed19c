package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ProductGradientKernels;
import farsight.kernel.group.ProductGradientGroups;
import farsight.program.Buffer;
import farsight.vector.ProductGradients;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The gradient before a unit norm, where that of the norm's result Y is a product: dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) /
 * norms. The product is not stored, and dX may take Y's place.
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, n, k]
 * @param y Y, [batch, m, n]
 * @param norms of the rows [batch, m, 1], or the columns [batch, 1, n]
 * @param along D, like the norms: the sum of y_ij·(A·Bᵀ)_ij over the row or column
 * @param dx like y
 * @param norm what has unit norm
 */
public record UnitProductGradient(
        Buffer a, Buffer b, Buffer y, Buffer norms, Buffer along, Buffer dx, boolean relu, Norm norm)
        implements ProductGradient {

    /** What has unit norm in Y. */
    public enum Norm {
        /** Of {@link UnitProduct}. */
        ROWS,
        /** A column, over the positions, of {@link L2Positions}. */
        POSITIONS
    }

    /** Checks that the shapes fit. */
    public UnitProductGradient {
        ProductGradient.check(a, b, y, dx);
    }

    @Override
    public String name() {
        return norm == Norm.ROWS ? "unitProductGradient" : "unitPositionsProductGradient";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(a, b, y, norms, along);
    }

    private int batch() {
        return size(dx.shape().batch());
    }

    private int m() {
        return size(dx.shape().rows());
    }

    private int n() {
        return size(dx.shape().cols());
    }

    private int k() {
        return size(a.shape().cols());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                norm == Norm.ROWS
                        ? ProductGradientKernels::unitRowsGradient
                        : ProductGradientKernels::unitPositionsGradient,
                at.of(a),
                at.of(b),
                at.of(y),
                at.of(norms),
                at.of(along),
                at.of(dx),
                batch(),
                m(),
                n(),
                k(),
                MatMul.strideB(b),
                flag(relu)));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return List.of(ProductGroups.task(
                limits,
                batch(),
                m(),
                n(),
                () -> tasks(id, at).getFirst(),
                tile -> TaskPackage.createPackage(
                        id,
                        norm == Norm.ROWS
                                ? ProductGradientGroups::unitRowsGradient
                                : ProductGradientGroups::unitPositionsGradient,
                        WorkGroups.CONTEXT,
                        at.of(a),
                        at.of(b),
                        at.of(y),
                        at.of(norms),
                        at.of(along),
                        at.of(dx),
                        m(),
                        n(),
                        k(),
                        MatMul.strideB(b),
                        flag(relu),
                        tile.across(),
                        tile.rowsEach(),
                        tile.columnsEach())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        if (norm == Norm.ROWS) {
            ProductGradients.unitRowsGradient(
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    batch(),
                    m(),
                    n(),
                    k(),
                    MatMul.strideB(b),
                    flag(relu),
                    workers);
        } else {
            ProductGradients.unitPositionsGradient(
                    at.of(a),
                    at.of(b),
                    at.of(y),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    batch(),
                    m(),
                    n(),
                    k(),
                    MatMul.strideB(b),
                    flag(relu),
                    workers);
        }
    }
}
