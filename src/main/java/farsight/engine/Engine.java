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
