package farsight.op;

import java.util.Optional;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A kernel call of a device program, and the work-groups that it must be started with.
 *
 * @param task the call
 * @param grid work-items in all and a group; empty where any number does, which TornadoVM then chooses
 */
public record GridTask(TaskPackage task, Optional<WorkerGrid> grid) {

    /** A call of a plain {@code @Parallel} kernel, as TornadoVM chooses. */
    public static GridTask plain(TaskPackage task) {
        return new GridTask(task, Optional.empty());
    }

    /** A call with a grid of its own. */
    public static GridTask on(WorkerGrid grid, TaskPackage task) {
        return new GridTask(task, Optional.of(grid));
    }
}
