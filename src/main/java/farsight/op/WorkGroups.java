package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.group.ColumnGroups;
import farsight.kernel.group.Columns;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** Grids of kernels that count their work-groups along one axis, and the call that several reductions end with. */
final class WorkGroups {

    /**
     * The context of every call. It holds nothing, but TornadoVM gives each such object some 300 bytes of the device, so
     * all calls share one.
     */
    static final KernelContext CONTEXT = new KernelContext();

    private WorkGroups() {}

    /** So many groups, all of them full: TornadoVM and OpenCL want every group of a grid alike. */
    static WorkerGrid of(long groups, int items) {
        WorkerGrid grid = new WorkerGrid1D(size(groups * items));
        grid.setLocalWork(items, 1, 1);
        return grid;
    }

    /**
     * A group for each work-item: for plain kernels with few iterations that each do much and keep much. A processor's
     * driver would otherwise make groups of thousands, which leave cores idle and keep all of their items' arrays at once.
     *
     * @param items the kernel's iterations. Their bound must be computed in it: where TornadoVM has a grid it takes a
     *     bound that is a parameter from the grid
     */
    static WorkerGrid alone(long items) {
        return of(items, 1);
    }

    /** Groups that share rows. */
    static WorkerGrid ofRows(int rows, int cols) {
        return of(Rows.groups(rows, cols), Rows.ITEMS);
    }

    /** Groups that share columns of chunks of rows. */
    static WorkerGrid ofColumns(int batch, int chunks, int cols) {
        return of(Columns.groups(batch, chunks, cols), Columns.ITEMS);
    }

    /** Whether rows of so many numbers are shared by several items: they are long enough, and a group fits. */
    static boolean shareRows(long cols, GroupLimits limits) {
        return cols >= Rows.FEWEST_COLUMNS && limits.allow(Rows.ITEMS, Rows.LOCAL_BYTES);
    }

    /** Whether columns are shared by several items: a group fits. */
    static boolean shareColumns(GroupLimits limits) {
        return limits.allow(Columns.ITEMS, Columns.LOCAL_BYTES);
    }

    /**
     * y[b, j] = scale·Σ_s P[b, s, j], or y += that: the second stage of every sum over positions.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    static GridTask sumChunks(
            String id,
            Storage at,
            Buffer partial,
            Buffer y,
            int batch,
            int chunks,
            int cols,
            float scale,
            boolean accumulate) {
        return GridTask.on(
                ofColumns(batch, 1, cols),
                TaskPackage.createPackage(
                        id,
                        ColumnGroups::columnSum,
                        WorkGroups.CONTEXT,
                        at.of(partial),
                        at.of(y),
                        chunks,
                        cols,
                        1,
                        chunks,
                        scale,
                        flag(accumulate),
                        Columns.width(cols)));
    }
}
