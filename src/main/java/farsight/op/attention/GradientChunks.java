package farsight.op.attention;

import farsight.kernel.L2ReluGradientKernels;
import farsight.op.Call;
import farsight.op.Operand;
import farsight.op.Target;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The target of one gradient of {@link L2ReluAttentionGradient}, possibly summed in chunks first.
 *
 * @param target like the operand
 * @param partial partial sums, one per batch entry and chunk; null if written straight to the target
 * @param chunks the chunks of the summed axis
 * @param accumulate whether to add to the target's contents
 */
public record GradientChunks(Buffer target, @Nullable Buffer partial, Chunks chunks, boolean accumulate) {

    /** The target, with a buffer of partial sums where the summed axis is cut. */
    public static GradientChunks of(Program.Builder program, Target target, long batch, Chunks chunks) {
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

    /** The buffer of the first stage: the partial sums, or the target. */
    Buffer sums() {
        return partial == null ? target : partial;
    }

    /** That buffer as an operand. */
    Operand operand() {
        return Operand.into(sums(), added() != 0);
    }

    /** The kernel flag for adding the first stage to the target, or 0. */
    int added() {
        return partial == null && accumulate ? L2ReluGradientKernels.ACCUMULATE : 0;
    }

    /** The call that adds up the partial sums; empty if there are none. */
    Optional<Call> end() {
        return Optional.ofNullable(partial).map(p -> ChunkSum.of(p, target, 1f, accumulate));
    }
}
