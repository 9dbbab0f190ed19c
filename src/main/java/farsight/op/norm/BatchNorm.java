package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.BatchNormKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.BatchNormGradientVector;
import farsight.vector.BatchNormVector;
import java.util.List;

/**
 * y = γ·(x − μ)/√(σ² + ε) + β at every position, or max(0, that), with μ and σ² one number per channel.
 *
 * @param x [B, N, C]
 * @param mean μ, [1, 1, C]
 * @param variance σ², [1, 1, C]
 * @param gamma γ, [1, 1, C]
 * @param beta β, [1, 1, C]
 * @param y like x
 * @param epsilon ε
 * @param relu whether ReLU follows
 */
public record BatchNorm(
        Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta, Buffer y, float epsilon, boolean relu)
        implements Op {

    /** PyTorch's default. */
    public static final float EPSILON = 1e-5f;

    private static final Kernel NORM = Kernel.of(BatchNormKernels::batchNorm).vector(BatchNormVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(BatchNormKernels::batchNormGradient).vector(BatchNormGradientVector.class);
    private static final Kernel FROZEN =
            Kernel.of(BatchNormKernels::frozenNormGradient).vector(BatchNormGradientVector.class);

    @Override
    public List<Call> calls() {
        return List.of(NORM.call(
                        in(x),
                        in(mean),
                        in(variance),
                        in(gamma),
                        in(beta),
                        out(y).over(x),
                        rows(x),
                        size(x.shape().cols()),
                        epsilon,
                        flag(relu))
                .by(new Launch.Elements(x.shape())));
    }

    @Override
    public long flops() {
        return 4 * x.elements();
    }

    /** Number of positions in the whole batch. */
    static int rows(Buffer x) {
        return size(x.shape().batch() * x.shape().rows());
    }

    /**
     * dx through the statistics of the batch, or dx += that; with {@code relu} dy counts as 0 where y is 0.
     *
     * @param dBeta Σ dy, [1, 1, C]
     * @param dGamma Σ dy·x̂, [1, 1, C]
     * @param dx like x
     * @param relu whether the norm ended in ReLU
     */
    public record Gradient(
            Buffer x,
            Buffer mean,
            Buffer variance,
            Buffer gamma,
            Buffer beta,
            Buffer dy,
            Buffer dBeta,
            Buffer dGamma,
            Buffer dx,
            float epsilon,
            boolean relu,
            boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            return List.of(GRADIENT.call(
                            in(x),
                            in(mean),
                            in(variance),
                            in(gamma),
                            in(beta),
                            in(dy),
                            in(dBeta),
                            in(dGamma),
                            into(dx, accumulate).over(dy, x),
                            rows(x),
                            size(x.shape().cols()),
                            epsilon,
                            flag(relu),
                            flag(accumulate))
                    .by(new Launch.Elements(x.shape())));
        }

        @Override
        public long flops() {
            return 8 * x.elements();
        }
    }

    /**
     * dx = γ·ρ·dy with fixed statistics, or dx += that.
     *
     * @param dy [B, N, C]
     * @param dx like dy
     */
    public record FrozenGradient(Buffer variance, Buffer gamma, Buffer dy, Buffer dx, float epsilon, boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            return List.of(FROZEN.call(
                            in(variance),
                            in(gamma),
                            in(dy),
                            into(dx, accumulate).over(dy),
                            rows(dy),
                            size(dy.shape().cols()),
                            epsilon,
                            flag(accumulate))
                    .by(new Launch.Elements(dy.shape())));
        }

        @Override
        public long flops() {
            return 3 * dy.elements();
        }
    }
}
