package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LayerNormKernels;
import farsight.kernel.group.LayerNormGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayerNormVector;
import java.util.List;

/**
 * y = γ·(x − μ)/√(σ² + ε) + β over each row, ε = 1e-5.
 *
 * @param x [B, 1, p]
 * @param gamma γ, [1, 1, p]
 * @param beta β, [1, 1, p]
 * @param y like x
 * @param moments μ and 1/√(σ² + ε), [B, 1, 2]
 */
public record LayerNorm(Buffer x, Buffer gamma, Buffer beta, Buffer y, Buffer moments) implements Op {

    /** PyTorch's default. */
    public static final float EPSILON = 1e-5f;

    private static final Kernel NORM = Kernel.of(LayerNormKernels::layerNorm)
            .group(LayerNormGroups::layerNorm)
            .vector(LayerNormVector.class);
    private static final Kernel GRADIENT = Kernel.of(LayerNormKernels::layerNormGradient)
            .group(LayerNormGroups::layerNormGradient)
            .vector(LayerNormVector.class);
    /** Needs no work-group twin: neighbouring work-items already read neighbouring numbers. */
    private static final Kernel PARAMETERS =
            Kernel.of(LayerNormKernels::layerNormParameterGradient).vector(LayerNormVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        long rows = s.batch() * s.rows();
        return List.of(NORM.call(in(x), in(gamma), in(beta), out(y), out(moments), size(rows), size(s.cols()), EPSILON)
                .by(new Launch.SharedRows(rows, s.cols())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(8, x.elements());
    }

    /**
     * dx (or dx +=), dγ and dβ.
     *
     * @param dx like x
     * @param accumulateParameters whether to add to dγ and dβ
     */
    public record Gradient(
            Buffer x,
            Buffer gamma,
            Buffer moments,
            Buffer dy,
            Buffer dx,
            Buffer dGamma,
            Buffer dBeta,
            boolean accumulate,
            boolean accumulateParameters)
            implements Op {

        @Override
        public List<Call> calls() {
            Shape s = x.shape();
            long rows = s.batch() * s.rows();
            int cols = size(s.cols());
            return List.of(
                    GRADIENT.call(
                                    in(x),
                                    in(gamma),
                                    in(moments),
                                    in(dy),
                                    into(dx, accumulate),
                                    size(rows),
                                    cols,
                                    flag(accumulate))
                            .by(new Launch.SharedRows(rows, s.cols())),
                    PARAMETERS
                            .call(
                                    in(x),
                                    in(moments),
                                    in(dy),
                                    into(dGamma, accumulateParameters),
                                    into(dBeta, accumulateParameters),
                                    size(rows),
                                    cols,
                                    flag(accumulateParameters))
                            .named("Parameters"));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(16, x.elements());
        }
    }
}
