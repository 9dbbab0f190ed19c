package farsight.op;

import farsight.program.Buffer;
import farsight.program.Step;
import farsight.vector.Workers;
import java.util.List;
import java.util.Optional;

/**
 * One operation: the calls of kernels that it consists of, and its cost. The engines' three ways to run it follow from the
 * calls, and so do the buffers that it reads and writes.
 *
 * <ul>
 *   <li>The {@code java} engine runs the kernels as the plain loops they are.
 *   <li>A TornadoVM engine adds the same methods to its task graph, or their twins for work-groups.
 *   <li>The {@code vector} engine runs their twins by the Vector API.
 * </ul>
 */
public interface Op extends Step {

    /** The calls, in order. */
    List<Call> calls();

    /** The method of the first kernel, unless an operation has a name of its own. */
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

    /** The twins by the Vector API, bound to their arrays; throws as {@link #java} does. */
    default Runnable vector(Storage at, Workers workers) {
        return inTurn(calls().stream().map(call -> call.vector(at, workers)).toList());
    }

    /** All of them, one after the other. */
    static Runnable inTurn(List<Runnable> parts) {
        return parts.size() == 1 ? parts.getFirst() : () -> parts.forEach(Runnable::run);
    }

    /**
     * The tasks of a device, with the work-groups they want: twins for work-groups where the kernels have them and they fit,
     * otherwise the plain loops.
     *
     * @param id prefix of the tasks' ids, unique within the program
     * @param at where the buffers lie
     * @param limits the largest work-group of the device; {@link GroupLimits#NONE} where the plain loops suit it
     * @throws ArithmeticException for extents beyond an int; engines refuse such programs first
     */
    default List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return calls().stream().map(call -> call.task(id, at, limits)).toList();
    }

    /**
     * The operations that a device runs for this one, in order: itself, or those it is made of where the device has no
     * kernel for the whole. Only those who look for {@link #gemm} need to know.
     */
    default List<Op> parts(GroupLimits limits) {
        return List.of(this);
    }

    /** The operation as one call of BLAS, for devices whose vendor has a library; empty where it is more than a product. */
    default Optional<Gemm> gemm() {
        return Optional.empty();
    }

    /**
     * An extent as the int that kernels count with. One beyond an int becomes 2³¹−1, which no array reaches, so that
     * programs too large to run can still be described; {@link Call} refuses it when it is run.
     */
    static int size(long extent) {
        return (int) Math.min(extent, Integer.MAX_VALUE);
    }

    /** Kernels take 1 and 0: TornadoVM refuses boolean parameters. */
    static int flag(boolean b) {
        return b ? 1 : 0;
    }
}
