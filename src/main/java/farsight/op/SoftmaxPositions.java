package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.SoftmaxKernels;
import farsight.kernel.group.Columns;
import farsight.kernel.group.SoftmaxGroups;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.SoftmaxVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, ·, j] = softmax over the positions of x[b, ·, j].
 *
 * @param x [batch, rows, cols]
 * @param y like x
 * @param partial maximum and sum of each chunk, [batch, chunks, 2·cols]
 * @param moments maximum and sum of all, [batch, 1, 2·cols]
 */
public record SoftmaxPositions(Buffer x, Buffer y, Buffer partial, Buffer moments, Chunks chunks) implements Op {

    /** Records the work space it needs and itself. */
    static void record(Program.Builder program, Buffer x, Buffer y) {
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
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, partial, moments);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return written.equals(y);
    }

    @Override
    public long flops() {
        return Math.multiplyExact(6, x.elements());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        int batch = size(x.shape().batch());
        int rows = size(x.shape().rows());
        int cols = size(x.shape().cols());
        return List.of(
                TaskPackage.createPackage(
                        id + "Chunks",
                        SoftmaxKernels::softmaxPositionsChunks,
                        at.of(x),
                        at.of(partial),
                        batch,
                        rows,
                        cols,
                        chunks.count(),
                        chunks.rows()),
                TaskPackage.createPackage(
                        id + "Combine",
                        SoftmaxKernels::softmaxPositionsCombine,
                        at.of(partial),
                        at.of(moments),
                        batch,
                        chunks.count(),
                        cols),
                apply(id, at, cols));
    }

    /** The last stage, with so many numbers of a row an iteration. */
    private TaskPackage apply(String id, Storage at, int span) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                SoftmaxKernels::softmaxPositionsApply,
                at.of(x),
                at.of(moments),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                span);
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        GridTask apply = WorkGroups.elements(limits, x.shape(), span -> apply(id, at, span));
        if (!WorkGroups.shareColumns(limits)) {
            List<GridTask> plain = Op.super.groupTasks(id, at, limits);
            return List.of(plain.get(0), plain.get(1), apply);
        }
        int batch = size(x.shape().batch());
        int cols = size(x.shape().cols());
        return List.of(
                GridTask.on(
                        WorkGroups.ofColumns(batch, chunks.count(), cols),
                        TaskPackage.createPackage(
                                id + "Chunks",
                                SoftmaxGroups::softmaxPositionsChunks,
                                WorkGroups.CONTEXT,
                                at.of(x),
                                at.of(partial),
                                size(x.shape().rows()),
                                cols,
                                chunks.count(),
                                chunks.rows(),
                                Columns.width(cols))),
                GridTask.on(
                        WorkGroups.ofColumns(batch, 1, cols),
                        TaskPackage.createPackage(
                                id + "Combine",
                                SoftmaxGroups::softmaxPositionsCombine,
                                WorkGroups.CONTEXT,
                                at.of(partial),
                                at.of(moments),
                                chunks.count(),
                                cols,
                                Columns.width(cols))),
                apply);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int batch = size(x.shape().batch());
        int rows = size(x.shape().rows());
        int cols = size(x.shape().cols());
        SoftmaxVector.softmaxPositionsChunks(
                at.of(x), at.of(partial), batch, rows, cols, chunks.count(), chunks.rows(), workers);
        SoftmaxVector.softmaxPositionsCombine(at.of(partial), at.of(moments), batch, chunks.count(), cols, workers);
        SoftmaxVector.softmaxPositionsApply(at.of(x), at.of(moments), at.of(y), batch, rows, cols, workers);
    }

    /**
     * dx = y∘(dy − along), or dx += that.
     *
     * @param y [batch, rows, cols]
     * @param dy like y
     * @param along Σ_i y·dy, [batch, 1, cols]
     * @param dx like y
     */
    public record Gradient(Buffer y, Buffer dy, Buffer along, Buffer dx, boolean accumulate) implements ElementOp {

        @Override
        public String name() {
            return "softmaxPositionsGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, y, dy, along);
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
            return 2 * y.elements();
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
                    SoftmaxKernels::softmaxPositionsGradient,
                    at.of(y),
                    at.of(dy),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    flag(accumulate),
                    span);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            Shape s = y.shape();
            SoftmaxVector.softmaxPositionsGradient(
                    at.of(y),
                    at.of(dy),
                    at.of(along),
                    at.of(dx),
                    size(s.batch()),
                    size(s.rows()),
                    size(s.cols()),
                    flag(accumulate),
                    workers);
        }
    }
}
