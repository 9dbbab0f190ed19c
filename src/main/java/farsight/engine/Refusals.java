package farsight.engine;

import farsight.program.MemoryPlan;
import java.util.List;
import java.util.Optional;

/** Decides whether programs may run, before anything is allocated. */
final class Refusals {

    private Refusals() {}

    /** See {@link Engine#refusal(List, long, long)}. */
    static Optional<String> refusal(Engine engine, List<MemoryPlan> plans, long budgetBytes, long besideBytes) {
        ProcessMemory process;
        try {
            process = plans.stream()
                    .map(engine::processMemory)
                    .reduce(ProcessMemory::plus)
                    .orElseThrow()
                    .with(besideBytes);
        } catch (ArithmeticException e) {
            return engine.limits().refusal(plans, budgetBytes);
        }
        return engine.limits()
                .refusal(plans, budgetBytes)
                .map(why -> why + "; the process would take " + Bytes.text(process.total()))
                .or(() -> HostMemory.refusal(process));
    }
}
