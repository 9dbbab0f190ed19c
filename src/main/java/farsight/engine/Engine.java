package farsight.engine;

import farsight.program.MemoryPlan;

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
}
