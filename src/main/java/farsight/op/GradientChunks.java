package farsight.op;

import farsight.kernel.UnitAttentionGradientKernels;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a gradient of {@link UnitAttentionGradient} goes, which may be summed in chunks first.
 *
 * @param target like the operand
 * @param partial one a matrix of the batch and chunk of what is summed over; null where that is the target
 * @param chunks the cut of what is summed over
 * @param accumulate whether to add to what the target holds
 */
public record GradientChunks(Buffer target, @Nullable Buffer partial, Chunks chunks, boolean accumulate) {

    static GradientChunks of(Program.Builder program, Gradients.Target target, long batch, Chunks chunks) {
        Shape s = target.buffer().shape();
        long pieces = batch * chunks.count();
        Buffer partial = pieces == s.batch()
                ? null
                : program.buffer(
                        target.buffer().name() + ".chunks",
                        new Shape(1, pieces * s.rows(), s.cols()),
                        Role.INTERMEDIATE);
        return new GradientChunks(target.buffer(), partial, chunks, target.accumulate());
    }

    /** What the sums are written to first. */
    Buffer sums() {
        return partial == null ? target : partial;
    }

    /** The bit that says that the first sums are added to. */
    int added() {
        return partial == null && accumulate ? UnitAttentionGradientKernels.ACCUMULATE : 0;
    }

    /** How the first sums are added up; empty where they are the gradient. */
    Optional<ChunkSum> end() {
        return Optional.ofNullable(partial).map(p -> new ChunkSum(p, target, 1f, accumulate));
    }
}
