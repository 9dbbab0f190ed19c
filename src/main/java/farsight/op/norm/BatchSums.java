package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.BatchNormKernels;
import farsight.kernel.group.BatchNormGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.BatchNormGradientVector;
import farsight.vector.BatchNormVector;
import java.util.List;

/**
 * The sums over all positions of the batch that {@link BatchNorm} needs in addition to the mean, each in two stages.
 */
public final class BatchSums {

    private static final Kernel DEVIATIONS = Kernel.of(BatchNormKernels::deviationChunks)
            .group(BatchNormGroups::deviationChunks)
            .vector(BatchNormVector.class);
    private static final Kernel GRADIENTS = Kernel.of(BatchNormKernels::batchNormSums)
            .group(BatchNormGroups::batchNormSums)
            .vector(BatchNormGradientVector.class);

    private BatchSums() {}

    /**
     * σ² = Σ (x − μ)² / (B·N), the biased variance.
     *
     * @param x [B, N, C]
     * @param mean μ, [1, 1, C]
     * @param variance σ², [1, 1, C]
     * @param partial one sum per chunk, [1, chunks, C]
     */
    public record Variance(Buffer x, Buffer mean, Buffer variance, Buffer partial, Chunks chunks) implements Op {

        /** Adds this operation and its workspace to the program. */
        public static void record(Program.Builder program, Buffer x, Buffer mean, Buffer variance) {
            Chunks chunks = Chunks.ofColumns(x.shape().batch() * x.shape().rows());
            program.add(new Variance(x, mean, variance, workSpace(program, variance, chunks), chunks));
        }

        @Override
        public String name() {
            return "variance";
        }

        @Override
        public List<Call> calls() {
            return List.of(
                    DEVIATIONS
                            .call(
                                    in(x),
                                    in(mean),
                                    out(partial),
                                    BatchNorm.rows(x),
                                    size(x.shape().cols()),
                                    fromGrid(chunks.count()),
                                    chunks.rows())
                            .by(byColumns(x, chunks)),
                    ChunkSum.of(partial, variance, 1f / BatchNorm.rows(x), false));
        }

        @Override
        public long flops() {
            return 3 * x.elements();
        }
    }

    /**
     * dβ = Σ dy and dγ = Σ dy·x̂ over all positions, which are also terms of dx; with {@code relu} over those where y is
     * above 0.
     *
     * @param dBeta [1, 1, C]
     * @param dGamma [1, 1, C]
     * @param epsilon ε of the norm
     * @param relu whether the norm ended in ReLU
     * @param partial dβ's sums, one per chunk, [1, chunks, C]
     * @param hatPartial dγ's
     */
    public record Gradients(
            Buffer x,
            Buffer mean,
            Buffer variance,
            Buffer gamma,
            Buffer beta,
            Buffer dy,
            Buffer dBeta,
            Buffer dGamma,
            float epsilon,
            boolean relu,
            Buffer partial,
            Buffer hatPartial,
            Chunks chunks)
            implements Op {

        /** Adds this operation and its workspace to the program. */
        public static void record(Program.Builder program, BatchNorm forward, Buffer dy, Buffer dBeta, Buffer dGamma) {
            Shape x = forward.x().shape();
            Chunks chunks = Chunks.ofColumns(x.batch() * x.rows());
            program.add(new Gradients(
                    forward.x(),
                    forward.mean(),
                    forward.variance(),
                    forward.gamma(),
                    forward.beta(),
                    dy,
                    dBeta,
                    dGamma,
                    forward.epsilon(),
                    forward.relu(),
                    workSpace(program, dBeta, chunks),
                    workSpace(program, dGamma, chunks),
                    chunks));
        }

        @Override
        public String name() {
            return "batchNormSums";
        }

        @Override
        public List<Call> calls() {
            return List.of(
                    GRADIENTS
                            .call(
                                    in(x),
                                    in(mean),
                                    in(variance),
                                    in(gamma),
                                    in(beta),
                                    in(dy),
                                    out(partial),
                                    out(hatPartial),
                                    BatchNorm.rows(x),
                                    size(x.shape().cols()),
                                    fromGrid(chunks.count()),
                                    chunks.rows(),
                                    epsilon,
                                    flag(relu))
                            .by(byColumns(x, chunks)),
                    ChunkSum.of(partial, dBeta).named("Beta"),
                    ChunkSum.of(hatPartial, dGamma).named("Gamma"));
        }

        @Override
        public long flops() {
            return 7 * x.elements();
        }
    }

    private static Launch byColumns(Buffer x, Chunks chunks) {
        return new Launch.SharedColumns(1, chunks.count(), x.shape().cols());
    }

    private static Buffer workSpace(Program.Builder program, Buffer result, Chunks chunks) {
        return program.buffer(
                result.name() + ".chunks",
                new Shape(1, chunks.count(), result.shape().cols()),
                Role.INTERMEDIATE);
    }
}
