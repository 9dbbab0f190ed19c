package farsight.op;

import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/** Grids of kernels that count their work-groups along one axis. */
final class WorkGroups {

    private WorkGroups() {}

    /** So many groups, all of them full: TornadoVM and OpenCL want every group of a grid alike. */
    static WorkerGrid of(long groups, int items) {
        WorkerGrid grid = new WorkerGrid1D(Op.size(groups * items));
        grid.setLocalWork(items, 1, 1);
        return grid;
    }
}
