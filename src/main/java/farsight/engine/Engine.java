package farsight.engine;

import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.program.MemoryPlan;
import java.util.Optional;

/** A place where programs run. Engines are found by {@link Engines}. */
public interface Engine {

    /** What {@code --device} calls it: {@code java}, {@code vector}, {@code opencl:0}, … */
    String id();

    /** What it is, in a person's words: the processor or the device, threads, instruction set. */
    String description();

    /** What it can hold. */
    Limits limits();

    /**
     * Allocates a program's arrays.
     *
     * @throws RefusedException when the plan exceeds the {@link #limits}; nothing was allocated then
     */
    Session open(MemoryPlan plan);

    /** Bytes that {@link Session#bytes} will report for this plan, exactly. */
    default long predictedBytes(MemoryPlan plan) {
        return plan.bytes(limits().headerBytes());
    }

    /**
     * What a process needs of this machine's memory at most to run the plan, with its arrays, the JVM and a device's
     * runtime. It is what a control group must allow, and what a run's highest resident size is held against.
     *
     * @throws ArithmeticException when the arrays' bytes exceed a long
     */
    default ProcessMemory processMemory(MemoryPlan plan) {
        return new ProcessMemory(predictedBytes(plan), 0, 0, JvmMemory.bound());
    }

    /**
     * Why a plan cannot run here now, if it cannot: a limit of the engine, or memory that this machine, or the process's
     * control group, has not free at the moment. Nothing is allocated.
     *
     * @param budgetBytes the user's own limit for all arrays; {@link Long#MAX_VALUE} for none
     * @return one line that names the number asked and the limit it exceeds
     */
    default Optional<String> refusal(MemoryPlan plan, long budgetBytes) {
        return refusal(plan, budgetBytes, 0);
    }

    /**
     * The same with tensors beside the arrays.
     *
     * @param besideBytes of those tensors that are yet to be allocated
     */
    default Optional<String> refusal(MemoryPlan plan, long budgetBytes, long besideBytes) {
        return Refusals.refusal(this, plan, budgetBytes, besideBytes);
    }

    /** What the device is made of; empty on the JVM's engines. */
    default Optional<DeviceFacts> facts() {
        return Optional.empty();
    }

    /**
     * The same place, with products of matrices by its vendor's library instead of kernels of ours: cuBLAS on devices of
     * TornadoVM's CUDA backend. An engine of its own, with an id of its own, {@code cuda:0+cublas}.
     *
     * @throws LibraryException where no library can be called, saying why
     */
    default Engine withLibrary() {
        throw new LibraryException(
                "cuBLAS is called on devices of TornadoVM's CUDA backend alone, and " + id() + " is none of them");
    }

    /** Whether products of matrices are a library's. */
    default boolean library() {
        return false;
    }

    /** What a work-group may take, which decides the kernels; {@link GroupLimits#NONE} where they are plain, without groups. */
    default GroupLimits groupLimits() {
        return GroupLimits.NONE;
    }

    /**
     * What the device's compiler makes of one kernel. Nothing is run.
     *
     * @param task the kernel with arguments; the arrays' lengths do not matter
     * @return empty on the JVM's engines, which compile no source
     */
    default Optional<KernelCode> code(GridTask task) {
        return Optional.empty();
    }
}
