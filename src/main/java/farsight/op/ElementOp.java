package farsight.op;

import static farsight.op.Op.size;

import farsight.program.Shape;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * An operation with one kernel that goes element by element along the rows of a map. An iteration takes a number where
 * items are in groups, and a row otherwise ({@link WorkGroups#elements}).
 */
interface ElementOp extends Op {

    /** Those of the map. */
    Shape extents();

    /** The call whose iterations take so many numbers of a row each. */
    TaskPackage task(String id, Storage at, int span);

    @Override
    default List<TaskPackage> tasks(String id, Storage at) {
        return List.of(task(id, at, size(extents().cols())));
    }

    @Override
    default List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return List.of(WorkGroups.elements(limits, extents(), span -> task(id, at, span)));
    }
}
