package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ProductGradientKernels;
import farsight.kernel.group.ProductGradientGroups;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ProductGradients;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * dX = σ·Y∘(A·Bᵀ − D) for Y = softmax(σ·X) row by row, where the gradient of Y is the product A·Bᵀ. Of attention Z = Y·V
 * it is the gradient of the logits, with A = dZ and B = V. The product is not stored, and dX may take Y's place.
 *
 * <p>Source: D from the result instead of the weights, FlashAttention (Dao et al., 2022).
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, n, k]
 * @param y Y, [batch, m, n]
 * @param along D_i = Σ_j y_ij·(A·Bᵀ)_ij, [batch, m, 1]; of attention it is Z_i·dZ_i
 * @param dx [batch, m, n]
 * @param scale σ
 */
public record SoftmaxProductGradient(Buffer a, Buffer b, Buffer y, Buffer along, Buffer dx, float scale)
        implements ProductGradient {

    /** Checks that the shapes fit. */
    public SoftmaxProductGradient {
        ProductGradient.check(a, b, y, dx);
    }

    @Override
    public String name() {
        return "softmaxProductGradient";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(a, b, y, along);
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape s = dx.shape();
        return List.of(TaskPackage.createPackage(
                id,
                ProductGradientKernels::softmaxGradient,
                at.of(a),
                at.of(b),
                at.of(y),
                at.of(along),
                at.of(dx),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                size(a.shape().cols()),
                MatMul.strideB(b),
                scale));
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
                        ProductGradientGroups::softmaxGradient,
                        WorkGroups.CONTEXT,
                        at.of(a),
                        at.of(b),
                        at.of(y),
                        at.of(along),
                        at.of(dx),
                        m,
                        n,
                        size(a.shape().cols()),
                        MatMul.strideB(b),
                        scale,
                        tile.across(),
                        tile.rowsEach(),
                        tile.columnsEach())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = dx.shape();
        ProductGradients.softmaxGradient(
                at.of(a),
                at.of(b),
                at.of(y),
                at.of(along),
                at.of(dx),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                size(a.shape().cols()),
                MatMul.strideB(b),
                scale,
                workers);
    }
}
