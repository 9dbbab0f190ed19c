package farsight.op;

import java.util.Optional;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A kernel call of a device program, and its grid.
 *
 * @param task the call
 * @param grid work-items in total and per group; empty if TornadoVM may choose
 */
public record GridTask(TaskPackage task, Optional<WorkerGrid> grid) {

    /** A call of a plain {@code @Parallel} kernel; TornadoVM chooses the grid. */
    public static GridTask plain(TaskPackage task) {
        return new GridTask(task, Optional.empty());
    }

    /** A call with a given grid. */
    public static GridTask on(WorkerGrid grid, TaskPackage task) {
        return new GridTask(task, Optional.of(grid));
    }
}
