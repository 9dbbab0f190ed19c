package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.ColumnKernels;
import farsight.kernel.NormKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import farsight.vector.NormVector;
import java.util.List;

/**
 * y[b, ·, j] = l2(r(x[b, ·, j])): each column, a vector over positions, gets unit norm; r the
 * identity or ReLU.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param norms [batch, 1, cols]
 * @param partial sums of squares of each chunk, [batch, chunks, cols]
 */
public record L2Positions(Buffer x, Buffer y, Buffer norms, Buffer partial, Chunks chunks, boolean relu) implements Op {

    private static final Kernel SQUARES = Kernel.of(ColumnKernels::columnSquareChunks)
            .group(ColumnGroups::columnSquareChunks)
            .vector(ColumnVector.class);
    private static final Kernel ROOT = Kernel.of(ColumnKernels::rootOfChunks)
            .group(ColumnGroups::rootOfChunks)
            .vector(ColumnVector.class);
    /** Recomputes norms whose squares may have overflowed. */
    private static final Kernel LARGE = Kernel.of(ColumnKernels::largeColumnNorms);

    private static final Kernel APPLY = Kernel.of(NormKernels::l2Positions).vector(NormVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(NormKernels::l2PositionsGradient).vector(NormVector.class);

    /** Adds this operation and its workspace to the program. */
    public static void record(Program.Builder program, Buffer x, Buffer y, Buffer norms, boolean relu) {
        Shape s = x.shape();
        Chunks chunks = Chunks.ofColumns(s.rows());
        Buffer partial =
                program.buffer(y.name() + ".chunks", new Shape(s.batch(), chunks.count(), s.cols()), Role.INTERMEDIATE);
        program.add(new L2Positions(x, y, norms, partial, chunks, relu));
    }

    @Override
    public String name() {
        return relu ? "reluL2Positions" : "l2Positions";
    }

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        int batch = size(s.batch());
        int rows = size(s.rows());
        int cols = size(s.cols());
        return List.of(
                SQUARES.call(
                                in(x),
                                out(partial),
                                fromGrid(batch),
                                rows,
                                cols,
                                chunks.count(),
                                chunks.rows(),
                                flag(relu))
                        .by(new Launch.SharedColumns(s.batch(), chunks.count(), s.cols()))
                        .named("Squares"),
                ROOT.call(in(partial), out(norms), fromGrid(batch), chunks.count(), cols)
                        .by(new Launch.SharedColumns(s.batch(), 1, s.cols()))
                        .named("Root"),
                LARGE.call(in(x), into(norms, true), batch, rows, cols, flag(relu))
                        .named("Large"),
                APPLY.call(in(x), in(norms), out(y).over(x), batch, rows, cols, flag(relu))
                        .by(new Launch.Elements(s)));
    }

    @Override
    public long flops() {
        return 3 * x.elements();
    }

    /**
     * dx = [y &gt; 0 if ReLU]·(dy − y·delta) / norms, or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param norms [batch, 1, cols]
     * @param delta Σ_i y·dy, [batch, 1, cols]
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer norms, Buffer delta, Buffer dx, boolean relu, boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            Shape s = y.shape();
            return List.of(GRADIENT.call(
                            in(y),
                            in(dy),
                            in(norms),
                            in(delta),
                            into(dx, accumulate).over(dy),
                            size(s.batch()),
                            size(s.rows()),
                            size(s.cols()),
                            flag(relu),
                            flag(accumulate))
                    .by(new Launch.Elements(s)));
        }

        @Override
        public long flops() {
            return 3 * y.elements();
        }
    }
}
