package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.SoftmaxKernels;
import farsight.kernel.group.SoftmaxGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.SoftmaxVector;
import java.util.List;

/**
 * y[b, ·, j] = softmax over the positions of x[b, ·, j].
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param partial maximum and sum of each chunk, [batch, chunks, 2·cols]
 * @param moments maximum and sum over all positions, [batch, 1, 2·cols]
 */
public record SoftmaxPositions(Buffer x, Buffer y, Buffer partial, Buffer moments, Chunks chunks) implements Op {

    private static final Kernel CHUNKS = Kernel.of(SoftmaxKernels::softmaxPositionsChunks)
            .group(SoftmaxGroups::softmaxPositionsChunks)
            .vector(SoftmaxVector.class);
    private static final Kernel COMBINE = Kernel.of(SoftmaxKernels::softmaxPositionsCombine)
            .group(SoftmaxGroups::softmaxPositionsCombine)
            .vector(SoftmaxVector.class);
    private static final Kernel APPLY =
            Kernel.of(SoftmaxKernels::softmaxPositionsApply).vector(SoftmaxVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(SoftmaxKernels::softmaxPositionsGradient).vector(SoftmaxVector.class);

    /** Adds this operation and its workspace to the program. */
    public static void record(Program.Builder program, Buffer x, Buffer y) {
        Shape s = x.shape();
        Chunks chunks = Chunks.ofColumns(s.rows());
        Buffer partial = program.buffer(
                y.name() + ".chunks", new Shape(s.batch(), chunks.count(), 2 * s.cols()), Role.INTERMEDIATE);
        Buffer moments =
                program.buffer(y.name() + ".moments", new Shape(s.batch(), 1, 2 * s.cols()), Role.INTERMEDIATE);
        program.add(new SoftmaxPositions(x, y, partial, moments, chunks));
    }

    @Override
    public String name() {
        return "softmaxPositions";
    }

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        int batch = size(s.batch());
        int rows = size(s.rows());
        int cols = size(s.cols());
        return List.of(
                CHUNKS.call(in(x), out(partial), fromGrid(batch), rows, cols, chunks.count(), chunks.rows())
                        .by(new Launch.SharedColumns(s.batch(), chunks.count(), s.cols()))
                        .named("Chunks"),
                COMBINE.call(in(partial), out(moments), fromGrid(batch), chunks.count(), cols)
                        .by(new Launch.SharedColumns(s.batch(), 1, s.cols()))
                        .named("Combine"),
                APPLY.call(in(x), in(moments), out(y).over(x), batch, rows, cols)
                        .by(new Launch.Elements(s)));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(6, x.elements());
    }

    /**
     * dx = y∘(dy − delta), or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param delta Σ_i y·dy, [batch, 1, cols]
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer delta, Buffer dx, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Shape s = y.shape();
            return List.of(GRADIENT.call(
                            in(y),
                            in(dy),
                            in(delta),
                            into(dx, accumulate).over(dy),
                            size(s.batch()),
                            size(s.rows()),
                            size(s.cols()),
                            flag(accumulate))
                    .by(new Launch.Elements(s)));
        }

        @Override
        public long flops() {
            return 2 * y.elements();
        }
    }
}
