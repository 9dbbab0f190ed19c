package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.BatchNormKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.BatchNormVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = γ·(x − μ)/√(σ² + ε) + β at every position, with μ and σ² one number a channel.
 *
 * @param x [B, N, C]
 * @param mean μ, [1, 1, C]
 * @param variance σ², [1, 1, C]
 * @param gamma γ, [1, 1, C]
 * @param beta β, [1, 1, C]
 * @param y like x
 */
public record BatchNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta, Buffer y)
        implements ElementOp {

    /** PyTorch's default. */
    public static final float EPSILON = 1e-5f;

    @Override
    public String name() {
        return "batchNorm";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, mean, variance, gamma, beta);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(x);
    }

    @Override
    public long flops() {
        return 4 * x.elements();
    }

    @Override
    public Shape extents() {
        return x.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        return TaskPackage.createPackage(
                id,
                BatchNormKernels::batchNorm,
                at.of(x),
                at.of(mean),
                at.of(variance),
                at.of(gamma),
                at.of(beta),
                at.of(y),
                rows(x),
                size(x.shape().cols()),
                EPSILON,
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        BatchNormVector.batchNorm(
                at.of(x),
                at.of(mean),
                at.of(variance),
                at.of(gamma),
                at.of(beta),
                at.of(y),
                rows(x),
                size(x.shape().cols()),
                EPSILON,
                workers);
    }

    /** Positions of the whole batch. */
    static int rows(Buffer x) {
        return size(x.shape().batch() * x.shape().rows());
    }

    /**
     * dx through the batch's own statistics, or dx += that.
     *
     * @param sumDy Σ dy, [1, 1, C]
     * @param sumDyHat Σ dy·x̂, [1, 1, C]
     * @param dx like x
     */
    public record Gradient(
            Buffer x,
            Buffer mean,
            Buffer variance,
            Buffer gamma,
            Buffer dy,
            Buffer sumDy,
            Buffer sumDyHat,
            Buffer dx,
            boolean accumulate)
            implements ElementOp {

        @Override
        public String name() {
            return "batchNormGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, x, mean, variance, gamma, dy, sumDy, sumDyHat);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return read.equals(dy) || read.equals(x);
        }

        @Override
        public long flops() {
            return 8 * x.elements();
        }

        @Override
        public Shape extents() {
            return x.shape();
        }

        @Override
        public TaskPackage task(String id, Storage at, int span) {
            return TaskPackage.createPackage(
                    id,
                    BatchNormKernels::batchNormGradient,
                    at.of(x),
                    at.of(mean),
                    at.of(variance),
                    at.of(gamma),
                    at.of(dy),
                    at.of(sumDy),
                    at.of(sumDyHat),
                    at.of(dx),
                    rows(x),
                    size(x.shape().cols()),
                    EPSILON,
                    flag(accumulate),
                    span);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            BatchNormVector.batchNormGradient(
                    at.of(x),
                    at.of(mean),
                    at.of(variance),
                    at.of(gamma),
                    at.of(dy),
                    at.of(sumDy),
                    at.of(sumDyHat),
                    at.of(dx),
                    rows(x),
                    size(x.shape().cols()),
                    EPSILON,
                    flag(accumulate),
                    workers);
        }
    }

    /**
     * dx = γ·ρ·dy with kept statistics, or dx += that.
     *
     * @param dy [B, N, C]
     * @param dx like dy
     */
    public record FrozenGradient(Buffer variance, Buffer gamma, Buffer dy, Buffer dx, boolean accumulate)
            implements ElementOp {

        @Override
        public String name() {
            return "frozenNormGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, variance, gamma, dy);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return read.equals(dy);
        }

        @Override
        public long flops() {
            return 3 * dy.elements();
        }

        @Override
        public Shape extents() {
            return dy.shape();
        }

        @Override
        public TaskPackage task(String id, Storage at, int span) {
            return TaskPackage.createPackage(
                    id,
                    BatchNormKernels::frozenNormGradient,
                    at.of(variance),
                    at.of(gamma),
                    at.of(dy),
                    at.of(dx),
                    rows(dy),
                    size(dy.shape().cols()),
                    EPSILON,
                    flag(accumulate),
                    span);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            BatchNormVector.frozenNormGradient(
                    at.of(variance),
                    at.of(gamma),
                    at.of(dy),
                    at.of(dx),
                    rows(dy),
                    size(dy.shape().cols()),
                    EPSILON,
                    flag(accumulate),
                    workers);
        }
    }
}
