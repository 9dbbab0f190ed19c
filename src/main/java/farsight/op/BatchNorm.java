package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.BatchNormKernels;
import farsight.kernel.ColumnKernels;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.BatchNormVector;
import farsight.vector.ColumnVector;
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
public record BatchNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta, Buffer y) implements Op {

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
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
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
                EPSILON));
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

    private static int rows(Buffer x) {
        return size(x.shape().batch() * x.shape().rows());
    }

    /**
     * σ² = Σ (x − μ)² / (B·N), the biased variance.
     *
     * @param x [B, N, C]
     * @param mean μ, [1, 1, C]
     * @param variance σ², [1, 1, C]
     * @param partial one sum a chunk, [1, chunks, C]
     */
    public record Variance(Buffer x, Buffer mean, Buffer variance, Buffer partial, Chunks chunks) implements Op {

        /** Records the work space it needs and itself. */
        static void record(Program.Builder program, Buffer x, Buffer mean, Buffer variance) {
            Chunks chunks = Chunks.ofColumns(x.shape().batch() * x.shape().rows());
            program.add(new Variance(x, mean, variance, workSpace(program, variance, chunks), chunks));
        }

        @Override
        public String name() {
            return "variance";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(x, mean);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(variance, partial);
        }

        @Override
        public long flops() {
            return 3 * x.elements();
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int cols = size(x.shape().cols());
            return List.of(
                    TaskPackage.createPackage(
                            id,
                            BatchNormKernels::deviationChunks,
                            at.of(x),
                            at.of(mean),
                            at.of(partial),
                            rows(x),
                            cols,
                            chunks.count(),
                            chunks.rows()),
                    TaskPackage.createPackage(
                            id + "Sum",
                            ColumnKernels::sumChunks,
                            at.of(partial),
                            at.of(variance),
                            1,
                            chunks.count(),
                            cols,
                            1f / rows(x),
                            0));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            int cols = size(x.shape().cols());
            BatchNormVector.deviationChunks(
                    at.of(x), at.of(mean), at.of(partial), rows(x), cols, chunks.count(), chunks.rows(), workers);
            ColumnVector.sumChunks(at.of(partial), at.of(variance), 1, chunks.count(), cols, 1f / rows(x), 0, workers);
        }
    }

    /**
     * Σ dy·x̂ over all positions: dγ, and a term of dx.
     *
     * @param sum [1, 1, C]
     * @param partial one sum a chunk, [1, chunks, C]
     */
    public record HatDot(Buffer x, Buffer mean, Buffer variance, Buffer dy, Buffer sum, Buffer partial, Chunks chunks)
            implements Op {

        /** Records the work space it needs and itself. */
        static void record(Program.Builder program, Buffer x, Buffer mean, Buffer variance, Buffer dy, Buffer sum) {
            Chunks chunks = Chunks.ofColumns(x.shape().batch() * x.shape().rows());
            program.add(new HatDot(x, mean, variance, dy, sum, workSpace(program, sum, chunks), chunks));
        }

        @Override
        public String name() {
            return "hatDot";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(x, mean, variance, dy);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(sum, partial);
        }

        @Override
        public long flops() {
            return 4 * x.elements();
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int cols = size(x.shape().cols());
            return List.of(
                    TaskPackage.createPackage(
                            id,
                            BatchNormKernels::hatDotChunks,
                            at.of(x),
                            at.of(mean),
                            at.of(variance),
                            at.of(dy),
                            at.of(partial),
                            rows(x),
                            cols,
                            chunks.count(),
                            chunks.rows(),
                            EPSILON),
                    TaskPackage.createPackage(
                            id + "Sum",
                            ColumnKernels::sumChunks,
                            at.of(partial),
                            at.of(sum),
                            1,
                            chunks.count(),
                            cols,
                            1f,
                            0));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            int cols = size(x.shape().cols());
            BatchNormVector.hatDotChunks(
                    at.of(x),
                    at.of(mean),
                    at.of(variance),
                    at.of(dy),
                    at.of(partial),
                    rows(x),
                    cols,
                    chunks.count(),
                    chunks.rows(),
                    EPSILON,
                    workers);
            ColumnVector.sumChunks(at.of(partial), at.of(sum), 1, chunks.count(), cols, 1f, 0, workers);
        }
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
            implements Op {

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
            return Math.multiplyExact(8, x.elements());
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            return List.of(TaskPackage.createPackage(
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
                    flag(accumulate)));
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
            implements Op {

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
        public List<TaskPackage> tasks(String id, Storage at) {
            return List.of(TaskPackage.createPackage(
                    id,
                    BatchNormKernels::frozenNormGradient,
                    at.of(variance),
                    at.of(gamma),
                    at.of(dy),
                    at.of(dx),
                    rows(dy),
                    size(dy.shape().cols()),
                    EPSILON,
                    flag(accumulate)));
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

    private static Buffer workSpace(Program.Builder program, Buffer result, Chunks chunks) {
        return program.buffer(
                result.name() + ".chunks",
                new Shape(1, chunks.count(), result.shape().cols()),
                Role.INTERMEDIATE);
    }
}
