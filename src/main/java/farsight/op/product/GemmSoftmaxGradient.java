package farsight.op.product;

import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;

import farsight.kernel.GemmGradientKernels;
import farsight.kernel.group.GemmGradientGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.GemmGradientVector;
import java.util.List;

/**
 * dX = σ·Y∘(A·Bᵀ − D) for Y = softmax(σ·X) row by row, where A·Bᵀ is the gradient of Y. For attention Z = Y·V it is the
 * gradient of the logits, with A = dZ and B = V. The product is not stored, and dX may share Y's array.
 *
 * <p>Source: FlashAttention (Dao et al., 2022), for D computed from the result instead of the weights.
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, n, k]
 * @param y Y, [batch, m, n]
 * @param delta D_i = Σ_j y_ij·(A·Bᵀ)_ij, [batch, m, 1]; for attention Z_i·dZ_i
 * @param dx [batch, m, n]
 * @param scale σ
 */
public record GemmSoftmaxGradient(Buffer a, Buffer b, Buffer y, Buffer delta, Buffer dx, float scale)
        implements GemmGradient {

    private static final Kernel GRADIENT = Kernel.of(GemmGradientKernels::softmaxGradient)
            .group(GemmGradientGroups::softmaxGradient)
            .vector(GemmGradientVector.class);

    /** Checks that the shapes fit. */
    public GemmSoftmaxGradient {
        GemmGradient.check(a, b, y, dx);
    }

    @Override
    public String name() {
        return "gemmSoftmaxGradient";
    }

    @Override
    public List<Call> calls() {
        Shape s = dx.shape();
        return List.of(GRADIENT.call(
                        in(a),
                        in(b),
                        in(y),
                        in(delta),
                        target(),
                        fromGrid(size(s.batch())),
                        size(s.rows()),
                        size(s.cols()),
                        size(a.shape().cols()),
                        MatMul.stride(b),
                        scale)
                .by(new Launch.Tiles(s.batch(), s.rows(), s.cols())));
    }
}
