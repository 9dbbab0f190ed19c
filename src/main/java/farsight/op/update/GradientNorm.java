package farsight.op.update;

import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.UpdateKernels;
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
import farsight.program.Shape;
import farsight.vector.training.UpdateVector;
import java.util.ArrayList;
import java.util.List;

/**
 * The norm ‖g‖ of all gradients together, and the factor min(1, most / (‖g‖ + 1e-6)) that clips it, as PyTorch's {@code
 * clip_grad_norm_}.
 *
 * @param gradients at least one, of any shapes
 * @param norms ‖g‖ and the factor, [1, 1, 2]
 * @param squares ‖g‖², [1, 1, 1]
 * @param partial one sum of squares per chunk of each gradient
 * @param most largest norm that stays as it is
 */
public record GradientNorm(List<Buffer> gradients, Buffer norms, Buffer squares, Buffer partial, float most)
        implements Op {

    private static final Kernel SQUARES = Kernel.of(UpdateKernels::squareChunks)
            .group(LossGroups::squareChunks)
            .vector(UpdateVector.class);
    private static final Kernel FACTOR = Kernel.of(UpdateKernels::clipFactor);

    /** Copies the list. */
    public GradientNorm {
        gradients = List.copyOf(gradients);
    }

    /** Adds this operation and its workspace to the program. */
    public static void record(Program.Builder program, List<Buffer> gradients, Buffer norms, float most) {
        long chunks = gradients.stream().mapToLong(g -> chunks(g).count()).sum();
        Buffer squares = program.buffer(norms.name() + ".squares", Shape.vector(1), Role.INTERMEDIATE);
        Buffer partial = program.buffer(norms.name() + ".chunks", new Shape(1, chunks, 1), Role.INTERMEDIATE);
        program.add(new GradientNorm(gradients, norms, squares, partial, most));
    }

    private static Chunks chunks(Buffer gradient) {
        return Chunks.ofColumns(gradient.elements());
    }

    @Override
    public String name() {
        return "gradientNorm";
    }

    @Override
    public List<Call> calls() {
        List<Call> all = new ArrayList<>();
        int first = 0;
        for (Buffer g : gradients) {
            Chunks chunks = chunks(g);
            int count = chunks.count();
            all.add(SQUARES.call(
                            in(g), into(partial, first > 0), size(g.elements()), fromGrid(count), chunks.rows(), first)
                    .by(new Launch.Groups(() -> count, Rows.ITEMS, Rows.LOCAL_BYTES, new Launch.Iterations(count)))
                    .named("Squares" + all.size()));
            first += count;
        }
        all.add(ChunkSum.of(partial, squares));
        all.add(FACTOR.call(in(squares), out(norms), 1, most).named("Factor"));
        return List.copyOf(all);
    }

    @Override
    public long flops() {
        return gradients.stream().mapToLong(g -> 2 * g.elements()).reduce(0, Math::addExact);
    }
}
