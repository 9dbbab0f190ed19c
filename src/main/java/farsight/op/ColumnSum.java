package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ColumnKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.Columns;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import farsight.vector.Workers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, j] = scale·Σ_i x[b, i, j], or with a second operand scale·Σ_i x[b, i, j]·z[b, i, j]; or y +=
 * that. When y has batch 1 and x has more, the sum runs over the batch too.
 *
 * @param x [batch, rows, cols]
 * @param z second factor, like x, or null
 * @param y [batch or 1, 1, cols]
 * @param partial one y a chunk of rows, [y's batch, chunks, cols]
 * @param chunks the cut of the rows
 */
public record ColumnSum(
        Buffer x, @Nullable Buffer z, Buffer y, Buffer partial, Chunks chunks, float scale, boolean accumulate)
        implements Op {

    /** Records the work space it needs and itself. */
    static void record(
            Program.Builder program, Buffer x, @Nullable Buffer z, Buffer y, float scale, boolean accumulate) {
        Shape sx = x.shape();
        Shape sy = y.shape();
        boolean fits = sy.rows() == 1
                && sy.cols() == sx.cols()
                && (sy.batch() == sx.batch() || sy.batch() == 1)
                && (z == null || z.shape().equals(sx));
        if (!fits) {
            throw new IllegalArgumentException("the columns of " + sx + " do not sum to " + sy);
        }
        Chunks chunks = Chunks.ofColumns(sx.batch() * sx.rows() / sy.batch());
        Buffer partial = program.buffer(
                y.name() + ".chunks", new Shape(sy.batch(), chunks.count(), sy.cols()), Role.INTERMEDIATE);
        program.add(new ColumnSum(x, z, y, partial, chunks, scale, accumulate));
    }

    @Override
    public String name() {
        return z == null ? "columnSum" : "columnDot";
    }

    @Override
    public List<Buffer> reads() {
        return z == null ? Op.reading(accumulate, y, x) : Op.reading(accumulate, y, x, z);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, partial);
    }

    @Override
    public long flops() {
        return (z == null ? 1 : 2) * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        int batch = size(y.shape().batch());
        int cols = size(y.shape().cols());
        TaskPackage first = z == null
                ? TaskPackage.createPackage(
                        id,
                        ColumnKernels::columnSumChunks,
                        at.of(x),
                        at.of(partial),
                        batch,
                        rows(),
                        cols,
                        chunks.count(),
                        chunks.rows())
                : TaskPackage.createPackage(
                        id,
                        ColumnKernels::columnDotChunks,
                        at.of(x),
                        at.of(z),
                        at.of(partial),
                        batch,
                        rows(),
                        cols,
                        chunks.count(),
                        chunks.rows());
        return List.of(first, sum().task(id + "Sum", at));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        if (!WorkGroups.shareColumns(limits)) {
            return Op.super.groupTasks(id, at, limits);
        }
        int batch = size(y.shape().batch());
        int cols = size(y.shape().cols());
        TaskPackage first = z == null
                ? TaskPackage.createPackage(
                        id,
                        ColumnGroups::columnSum,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(partial),
                        rows(),
                        cols,
                        chunks.count(),
                        chunks.rows(),
                        1f,
                        0,
                        Columns.width(cols))
                : TaskPackage.createPackage(
                        id,
                        ColumnGroups::columnDotChunks,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(z),
                        at.of(partial),
                        rows(),
                        cols,
                        chunks.count(),
                        chunks.rows(),
                        Columns.width(cols));
        return List.of(
                GridTask.on(WorkGroups.ofColumns(batch, chunks.count(), cols), first),
                sum().groupTask(id + "Sum", at, limits));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int batch = size(y.shape().batch());
        int cols = size(y.shape().cols());
        if (z == null) {
            ColumnVector.columnSumChunks(
                    at.of(x), at.of(partial), batch, rows(), cols, chunks.count(), chunks.rows(), workers);
        } else {
            ColumnVector.columnDotChunks(
                    at.of(x), at.of(z), at.of(partial), batch, rows(), cols, chunks.count(), chunks.rows(), workers);
        }
        sum().vector(at, workers);
    }

    private ChunkSum sum() {
        return new ChunkSum(partial, y, scale, accumulate);
    }

    private int rows() {
        return size(x.shape().batch() * x.shape().rows() / y.shape().batch());
    }
}
