package farsight.engine;

import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.program.MemoryPlan;
import java.util.List;
import java.util.Optional;

/** A place where programs run. Engines are found by {@link Engines}. */
public interface Engine {

    /** Suffix of the id of an engine {@link #withLibrary}. */
    String WITH_LIBRARY = "+cublas";

    /** Its name for {@code --device}: {@code java}, {@code vector}, {@code opencl:0}, … */
    String id();

    /** For people: the processor or the device, threads, instruction set. */
    String description();

    /** The most memory that it can hold. */
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
     * The most memory of this machine that a process needs to run the plan: its arrays, the JVM and a device's runtime.
     * A control group must allow this much, and the measured peak resident size must not exceed it.
     *
     * @throws ArithmeticException when the arrays' bytes exceed a long
     */
    default ProcessMemory processMemory(MemoryPlan plan) {
        return new ProcessMemory(predictedBytes(plan), 0, 0, JvmMemory.bound());
    }

    /**
     * Why a plan cannot run here now, if it cannot: it exceeds a limit of the engine, or the memory that this machine
     * or the process's control group has free. Nothing is allocated.
     *
     * @param budgetBytes the user's own limit for all arrays; {@link Long#MAX_VALUE} for none
     * @return one line that names the number asked and the limit it exceeds
     */
    default Optional<String> refusal(MemoryPlan plan, long budgetBytes) {
        return refusal(plan, budgetBytes, 0);
    }

    /**
     * As above, with tensors beside the arrays.
     *
     * @param besideBytes of the tensors that are yet to be allocated
     */
    default Optional<String> refusal(MemoryPlan plan, long budgetBytes, long besideBytes) {
        return refusal(List.of(plan), budgetBytes, besideBytes);
    }

    /**
     * As above, for programs whose arrays are held together.
     *
     * @param plans at least one
     */
    default Optional<String> refusal(List<MemoryPlan> plans, long budgetBytes, long besideBytes) {
        return Refusals.refusal(this, plans, budgetBytes, besideBytes);
    }

    /** The device's properties; empty on the JVM's engines. */
    default Optional<DeviceFacts> facts() {
        return Optional.empty();
    }

    /**
     * The same device with matrix products by its vendor's library instead of our kernels: cuBLAS on devices of
     * TornadoVM's CUDA backend. It is a separate engine with its own id, {@code cuda:0+cublas}.
     *
     * @throws LibraryException where no library can be called, saying why
     */
    default Engine withLibrary() {
        throw new LibraryException("cuBLAS runs only on devices of TornadoVM's CUDA backend; " + id() + " is not one");
    }

    /** Whether a library computes matrix products. */
    default boolean library() {
        return false;
    }

    /**
     * What a work-group may use, which decides the kernels; {@link GroupLimits#NONE} where kernels are plain, without
     * groups.
     */
    default GroupLimits groupLimits() {
        return GroupLimits.NONE;
    }

    /**
     * The code that the device's compiler generates for one kernel. Nothing runs.
     *
     * @param task the kernel with arguments; the arrays' lengths do not matter
     * @return empty on the JVM's engines, which compile no source
     */
    default Optional<KernelCode> code(GridTask task) {
        return Optional.empty();
    }
}
