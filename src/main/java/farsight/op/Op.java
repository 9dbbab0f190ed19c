package farsight.op;

import farsight.program.Buffer;
import farsight.program.Step;
import farsight.vector.Workers;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * One operation with its three lives: the {@code java} engine runs the kernel methods of {@link
 * #tasks} as they stand, a TornadoVM engine adds the same tasks to its task graph, and the {@code
 * vector} engine runs {@link #vector}.
 */
public interface Op extends Step {

    /**
     * The kernel calls that make up the operation, in order.
     *
     * @param id prefix of the tasks' ids, unique within the program
     * @param at where the buffers lie
     */
    List<TaskPackage> tasks(String id, Storage at);

    /**
     * The same calls for a device, with the work-groups they want: kernels with local memory where the operation has
     * them and they fit, otherwise the plain ones.
     *
     * @param limits what a work-group of the device may take; {@link GroupLimits#NONE} where the plain kernels suit it
     */
    default List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return tasks(id, at).stream()
                .map(task -> WorkGroups.loop(limits, iterations(), task))
                .toList();
    }

    /**
     * Iterations of the plain kernels' parallel loops, of the longest where there are several: so many work-items have
     * something to do. One for each number of the largest result, unless an operation says otherwise.
     */
    default long iterations() {
        return writes().stream().mapToLong(Buffer::elements).max().orElseThrow();
    }

    /**
     * What a device runs for the operation, in order: itself, or the operations that it is made of where the device has no
     * kernel for the whole. Only those who look for {@link #gemm} need to know.
     */
    default List<Op> parts(GroupLimits limits) {
        return List.of(this);
    }

    /** The operation as one call of BLAS, for devices whose vendor has a library; empty where it is more than a product. */
    default Optional<Gemm> gemm() {
        return Optional.empty();
    }

    /** The same operation by the Vector API; the plain kernels where it has no twin. */
    default void vector(Storage at, Workers workers) {
        tasks(name(), at).forEach(JavaTask::run);
    }

    /**
     * An extent as the int that kernels count with.
     *
     * @throws ArithmeticException beyond 2³¹−1; engines refuse such programs before they get here
     */
    static int size(long extent) {
        return Math.toIntExact(extent);
    }

    /** Kernels take 1 and 0: TornadoVM refuses boolean parameters. */
    static int flag(boolean b) {
        return b ? 1 : 0;
    }

    /** {@code reads}, and {@code target} too when it is added to rather than overwritten. */
    static List<Buffer> reading(boolean accumulate, Buffer target, Buffer... reads) {
        if (!accumulate) {
            return List.of(reads);
        }
        var all = new java.util.ArrayList<>(List.of(reads));
        all.add(target);
        return List.copyOf(all);
    }
}
