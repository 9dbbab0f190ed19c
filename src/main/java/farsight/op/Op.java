package farsight.op;

import farsight.program.Buffer;
import farsight.program.Step;
import farsight.vector.Workers;
import java.util.List;
import java.util.Optional;

/**
 * One operation: a list of kernel calls, and its cost. The calls tell which buffers it reads and writes and how each
 * engine runs it.
 *
 * <ul>
 *   <li>The {@code java} engine runs the kernels' plain loops.
 *   <li>A TornadoVM engine adds the same plain loops, or their work-group twins, to its task graph.
 *   <li>The {@code vector} engine runs their Vector API twins.
 * </ul>
 */
public interface Op extends Step {

    /** The calls, in order. */
    List<Call> calls();

    /** The first kernel's method name, unless the operation overrides it. */
    @Override
    default String name() {
        return calls().getFirst().kernel().method().name();
    }

    @Override
    default List<Buffer> reads() {
        return Call.reads(calls());
    }

    @Override
    default List<Buffer> writes() {
        return Call.writes(calls());
    }

    @Override
    default boolean mayOverwrite(Buffer read, Buffer written) {
        return Call.mayOverwrite(calls(), read, written);
    }

    /**
     * The plain loops, bound to their arrays.
     *
     * @throws ArithmeticException for extents beyond an int; engines refuse such programs first
     */
    default Runnable java(Storage at) {
        return inTurn(calls().stream().map(call -> call.java(at)).toList());
    }

    /** The Vector API twins, bound to their arrays; throws as {@link #java} does. */
    default Runnable vector(Storage at, Workers workers) {
        return inTurn(calls().stream().map(call -> call.vector(at, workers)).toList());
    }

    /** Runs all parts, one after the other. */
    static Runnable inTurn(List<Runnable> parts) {
        return parts.size() == 1 ? parts.getFirst() : () -> parts.forEach(Runnable::run);
    }

    /**
     * The device tasks with their grids: the work-group twin where a kernel has one and it fits, otherwise the plain
     * loop.
     *
     * @param id prefix of the tasks' ids, unique within the program
     * @param at the arrays of the buffers
     * @param limits the device's limits on a work-group; {@link GroupLimits#NONE} for plain loops only
     * @throws ArithmeticException for extents beyond an int; engines refuse such programs first
     */
    default List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return calls().stream().map(call -> call.task(id, at, limits)).toList();
    }

    /**
     * The operations that a device runs for this one, in order: itself, or its parts if the device has no fused kernel.
     * Only callers of {@link #gemm} need this.
     */
    default List<Op> parts(GroupLimits limits) {
        return List.of(this);
    }

    /** The operation as one BLAS call, for devices whose vendor has a library; empty if it is not a plain product. */
    default Optional<Gemm> gemm() {
        return Optional.empty();
    }

    /**
     * An extent as the int that kernels count with. A larger one becomes 2³¹−1, a length that no array reaches, so that
     * programs too large to run can still be described; {@link Call} refuses it at run time.
     */
    static int size(long extent) {
        return (int) Math.min(extent, Integer.MAX_VALUE);
    }

    /** 1 or 0 for a kernel, because TornadoVM refuses boolean parameters. */
    static int flag(boolean b) {
        return b ? 1 : 0;
    }
}
