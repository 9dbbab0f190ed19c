package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ColumnKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.Columns;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import farsight.vector.Workers;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The second stage of every sum over positions: y[b] = scale·Σ_s P[b, s], or y += that. How many chunks there are follows
 * from how much larger P is than y.
 *
 * @param partial P, [batch, chunks, y's rows·cols]
 * @param y [batch, rows, cols]
 */
record ChunkSum(Buffer partial, Buffer y, float scale, boolean accumulate) {

    /** The sum itself. */
    static ChunkSum of(Buffer partial, Buffer y) {
        return new ChunkSum(partial, y, 1f, false);
    }

    private int batch() {
        return size(y.shape().batch());
    }

    private int chunks() {
        return size(partial.elements() / y.elements());
    }

    private int elements() {
        Shape s = y.shape();
        return size(s.rows() * s.cols());
    }

    /** The call of the plain kernel. */
    TaskPackage task(String id, Storage at) {
        return TaskPackage.createPackage(
                id,
                ColumnKernels::sumChunks,
                at.of(partial),
                at.of(y),
                batch(),
                chunks(),
                elements(),
                scale,
                flag(accumulate));
    }

    /** The call for a device: by groups that share columns where they fit, else the plain one. */
    GridTask groupTask(String id, Storage at, GroupLimits limits) {
        if (!WorkGroups.shareColumns(limits)) {
            return WorkGroups.loop(limits, y.elements(), task(id, at));
        }
        return GridTask.on(
                WorkGroups.ofColumns(batch(), 1, elements()),
                TaskPackage.createPackage(
                        id,
                        ColumnGroups::columnSum,
                        WorkGroups.CONTEXT,
                        at.of(partial),
                        at.of(y),
                        chunks(),
                        elements(),
                        1,
                        chunks(),
                        scale,
                        flag(accumulate),
                        Columns.width(elements())));
    }

    /** The same by the Vector API. */
    void vector(Storage at, Workers workers) {
        ColumnVector.sumChunks(
                at.of(partial), at.of(y), batch(), chunks(), elements(), scale, flag(accumulate), workers);
    }
}
