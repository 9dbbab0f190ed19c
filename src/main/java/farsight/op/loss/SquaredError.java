package farsight.op.loss;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LossKernels;
import farsight.kernel.group.LossGroups;
import farsight.kernel.group.Rows;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.vector.training.LossVector;
import java.util.List;

/**
 * L = the mean of (y − t)² over all elements.
 *
 * @param y any shape
 * @param target t, like y
 * @param loss L, [1, 1, 1]
 * @param partial one sum per chunk
 */
public record SquaredError(Buffer y, Buffer target, Buffer loss, Buffer partial, Chunks chunks) implements Op {

    private static final Kernel SQUARES = Kernel.of(LossKernels::squaredErrorChunks)
            .group(LossGroups::squaredErrorChunks)
            .vector(LossVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(LossKernels::squaredErrorGradient).vector(LossVector.class);

    /**
     * Adds this operation and its workspace to the program.
     *
     * @throws IllegalArgumentException if y and the target differ in shape
     */
    public static void record(Program.Builder program, Buffer y, Buffer target, Buffer loss) {
        if (!y.shape().equals(target.shape())) {
            throw new IllegalArgumentException("a target of " + target.shape() + " for " + y.shape());
        }
        Chunks chunks = Chunks.ofColumns(y.elements());
        Buffer partial = program.buffer(loss.name() + ".chunks", chunks.each(), Role.INTERMEDIATE);
        program.add(new SquaredError(y, target, loss, partial, chunks));
    }

    @Override
    public List<Call> calls() {
        int count = chunks.count();
        return List.of(
                SQUARES.call(in(y), in(target), out(partial), size(y.elements()), fromGrid(count), chunks.rows())
                        .by(new Launch.Groups(() -> count, Rows.ITEMS, Rows.LOCAL_BYTES, new Launch.Iterations(count))),
                ChunkSum.of(partial, loss, (float) (1.0 / y.elements()), false));
    }

    @Override
    public String name() {
        return "squaredError";
    }

    @Override
    public long flops() {
        return 3 * y.elements();
    }

    /**
     * dy = dL·2/n·(y − t) with n the number of elements, or dy += that.
     *
     * @param dLoss dL, [1, 1, 1]
     * @param dy like y
     */
    public record Gradient(Buffer y, Buffer target, Buffer dLoss, Buffer dy, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            return List.of(GRADIENT.call(
                    in(y),
                    in(target),
                    in(dLoss),
                    into(dy, accumulate).over(y, target),
                    size(y.elements()),
                    (float) (2.0 / y.elements()),
                    flag(accumulate)));
        }

        @Override
        public long flops() {
            return 3 * y.elements();
        }
    }
}
