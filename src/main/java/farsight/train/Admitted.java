package farsight.train;

import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A program that fits an engine: checked before anything is allocated.
 *
 * @param recorded the program with its buffers
 * @param plan its arrays
 * @param refused the start of every refusal's message
 */
record Admitted<P>(P recorded, MemoryPlan plan, String refused) {

    /**
     * Records a program and plans its arrays.
     *
     * @param what names the program in messages
     * @param budgetBytes the most that all arrays together may take
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    static <P> Admitted<P> of(
            String what, Engine engine, long budgetBytes, Supplier<P> recording, Function<P, Program> program) {
        String refused = "%s, device %s, was refused: ".formatted(what, engine.id());
        Admitted<P> admitted;
        try {
            P recorded = recording.get();
            admitted = new Admitted<>(recorded, MemoryPlan.of(program.apply(recorded)), refused);
        } catch (IllegalArgumentException | ArithmeticException e) {
            if (e instanceof IllegalArgumentException && !(e.getCause() instanceof ArithmeticException)) {
                throw e;
            }
            RefusedException beyond =
                    new RefusedException(refused + "it would take more than 2^63 bytes or operations");
            beyond.initCause(e);
            throw beyond;
        }
        engine.refusal(admitted.plan, budgetBytes).ifPresent(why -> {
            throw new RefusedException(refused + why);
        });
        return admitted;
    }

    /**
     * Allocates the arrays.
     *
     * @throws RefusedException when the memory was free before and is no longer
     */
    Session open(Engine engine) {
        try {
            return engine.open(plan);
        } catch (RefusedException e) {
            RefusedException named = new RefusedException(refused + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }
}
