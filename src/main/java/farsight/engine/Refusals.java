package farsight.engine;

import farsight.program.MemoryPlan;
import java.util.Optional;

/** Decides whether a program may run, before anything is allocated. */
final class Refusals {

    private Refusals() {}

    /** See {@link Engine#refusal(MemoryPlan, long, long)}. */
    static Optional<String> refusal(Engine engine, MemoryPlan plan, long budgetBytes, long besideBytes) {
        ProcessMemory process;
        try {
            process = engine.processMemory(plan).with(besideBytes);
        } catch (ArithmeticException e) {
            return engine.limits().refusal(plan, budgetBytes);
        }
        return engine.limits()
                .refusal(plan, budgetBytes)
                .map(why -> why + "; the process would take " + Bytes.text(process.total()))
                .or(() -> HostMemory.refusal(process));
    }
}
