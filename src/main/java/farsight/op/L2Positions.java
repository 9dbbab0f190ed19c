package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ColumnKernels;
import farsight.kernel.NormKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.Columns;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import farsight.vector.NormVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, ·, j] = l2(r(x[b, ·, j])): each column, a vector over positions, gets unit norm; r the
 * identity or ReLU.
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param norms [batch, 1, cols]
 * @param partial squares of each chunk, [batch, chunks, cols]
 */
public record L2Positions(Buffer x, Buffer y, Buffer norms, Buffer partial, Chunks chunks, boolean relu) implements Op {

    /** Records the work space it needs and itself. */
    static void record(Program.Builder program, Buffer x, Buffer y, Buffer norms, boolean relu) {
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
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, norms, partial);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return written.equals(y);
    }

    @Override
    public long flops() {
        return 3 * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        int batch = size(x.shape().batch());
        int rows = size(x.shape().rows());
        int cols = size(x.shape().cols());
        return List.of(
                TaskPackage.createPackage(
                        id + "Squares",
                        ColumnKernels::columnSquareChunks,
                        at.of(x),
                        at.of(partial),
                        batch,
                        rows,
                        cols,
                        chunks.count(),
                        chunks.rows(),
                        flag(relu)),
                TaskPackage.createPackage(
                        id + "Root",
                        ColumnKernels::rootOfChunks,
                        at.of(partial),
                        at.of(norms),
                        batch,
                        chunks.count(),
                        cols),
                large(id, at),
                apply(id, at, cols));
    }

    /** The second look at norms whose squares may have overflowed. */
    private TaskPackage large(String id, Storage at) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id + "Large",
                ColumnKernels::largeColumnNorms,
                at.of(x),
                at.of(norms),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                flag(relu));
    }

    /** The last stage, with so many numbers of a row an iteration. */
    private TaskPackage apply(String id, Storage at, int span) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                NormKernels::l2Positions,
                at.of(x),
                at.of(norms),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                flag(relu),
                span);
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        GridTask apply = WorkGroups.elements(limits, x.shape(), span -> apply(id, at, span));
        if (!WorkGroups.shareColumns(limits)) {
            List<GridTask> plain = Op.super.groupTasks(id, at, limits);
            return List.of(plain.get(0), plain.get(1), plain.get(2), apply);
        }
        int batch = size(x.shape().batch());
        int cols = size(x.shape().cols());
        return List.of(
                GridTask.on(
                        WorkGroups.ofColumns(batch, chunks.count(), cols),
                        TaskPackage.createPackage(
                                id + "Squares",
                                ColumnGroups::columnSquareChunks,
                                WorkGroups.CONTEXT,
                                at.of(x),
                                at.of(partial),
                                size(x.shape().rows()),
                                cols,
                                chunks.count(),
                                chunks.rows(),
                                flag(relu),
                                Columns.width(cols))),
                GridTask.on(
                        WorkGroups.ofColumns(batch, 1, cols),
                        TaskPackage.createPackage(
                                id + "Root",
                                ColumnGroups::rootOfChunks,
                                WorkGroups.CONTEXT,
                                at.of(partial),
                                at.of(norms),
                                chunks.count(),
                                cols,
                                Columns.width(cols))),
                WorkGroups.loop(limits, norms.elements(), large(id, at)),
                apply);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int batch = size(x.shape().batch());
        int rows = size(x.shape().rows());
        int cols = size(x.shape().cols());
        ColumnVector.columnSquareChunks(
                at.of(x), at.of(partial), batch, rows, cols, chunks.count(), chunks.rows(), flag(relu), workers);
        ColumnVector.rootOfChunks(at.of(partial), at.of(norms), batch, chunks.count(), cols, workers);
        JavaTask.run(large(name(), at));
        NormVector.l2Positions(at.of(x), at.of(norms), at.of(y), batch, rows, cols, flag(relu), workers);
    }

    /**
     * dx = [y &gt; 0 if ReLU]·(dy − y·along) / norms, or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param norms [batch, 1, cols]
     * @param along Σ_i y·dy, [batch, 1, cols]
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer norms, Buffer along, Buffer dx, boolean relu, boolean accumulate)
            implements ElementOp {

        @Override
        public String name() {
            return "l2PositionsGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, y, dy, norms, along);
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
            return 3 * y.elements();
        }

        @Override
        public Shape extents() {
            return y.shape();
        }

        @Override
        public TaskPackage task(String id, Storage at, int span) {
            Shape s = y.shape();
            return TaskPackage.createPackage(
                    id,
                    NormKernels::l2PositionsGradient,
                    at.of(y),
                    at.of(dy),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    flag(relu),
                    flag(accumulate),
                    span);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = y.shape();
            NormVector.l2PositionsGradient(
                    at.of(y),
                    at.of(dy),
                    at.of(norms),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    flag(relu),
                    flag(accumulate),
                    workers);
        }
    }
}
