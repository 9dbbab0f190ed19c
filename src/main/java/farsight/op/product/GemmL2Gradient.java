package farsight.op.product;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;

import farsight.kernel.GemmGradientKernels;
import farsight.kernel.group.GemmGradientGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.norm.L2Positions;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.GemmGradientVector;
import java.util.List;

/**
 * The gradient through a unit norm whose result Y has the gradient A·Bᵀ: dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms.
 * The product is not stored, and dX may share Y's array.
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, n, k]
 * @param y Y, [batch, m, n]
 * @param norms of the rows [batch, m, 1], or the columns [batch, 1, n]
 * @param delta D, like the norms: the sum of y_ij·(A·Bᵀ)_ij over the row or column
 * @param dx like y
 * @param norm the axis of unit norm
 */
public record GemmL2Gradient(
        Buffer a, Buffer b, Buffer y, Buffer norms, Buffer delta, Buffer dx, boolean relu, Norm norm)
        implements GemmGradient {

    private static final Kernel OF_ROWS = Kernel.of(GemmGradientKernels::unitRowsGradient)
            .group(GemmGradientGroups::unitRowsGradient)
            .vector(GemmGradientVector.class);
    private static final Kernel OF_POSITIONS = Kernel.of(GemmGradientKernels::unitPositionsGradient)
            .group(GemmGradientGroups::unitPositionsGradient)
            .vector(GemmGradientVector.class);

    /** The axis of the unit-norm vectors in Y. */
    public enum Norm {
        /** Rows, as in {@link GemmL2}. */
        ROWS,
        /** Columns, over the positions, as in {@link L2Positions}. */
        POSITIONS
    }

    /** Checks that the shapes fit. */
    public GemmL2Gradient {
        GemmGradient.check(a, b, y, dx);
    }

    @Override
    public String name() {
        return norm == Norm.ROWS ? "gemmL2Gradient" : "gemmL2PositionsGradient";
    }

    @Override
    public List<Call> calls() {
        Shape s = dx.shape();
        return List.of((norm == Norm.ROWS ? OF_ROWS : OF_POSITIONS)
                .call(
                        in(a),
                        in(b),
                        in(y),
                        in(norms),
                        in(delta),
                        target(),
                        fromGrid(size(s.batch())),
                        size(s.rows()),
                        size(s.cols()),
                        size(a.shape().cols()),
                        MatMul.stride(b),
                        flag(relu))
                .by(new Launch.Tiles(s.batch(), s.rows(), s.cols())));
    }
}
