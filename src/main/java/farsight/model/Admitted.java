package farsight.model;

import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A recorded program whose arrays fit an engine: checked before anything is allocated, and before weights are drawn or
 * numbers of an input are read.
 *
 * @param recorded the program with its buffers
 * @param plan its arrays
 * @param besideBytes bytes of tensors that must be free beside the arrays
 * @param refused the start of every refusal's message
 */
public record Admitted<P>(P recorded, MemoryPlan plan, long besideBytes, String refused) {

    /**
     * Records a program and plans its arrays, which must fit.
     *
     * @param what names the program in messages
     * @param budgetBytes the most that all arrays together may take
     * @param besideBytes of tensors that must be free beside the arrays
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public static <P> Admitted<P> of(
            String what,
            Engine engine,
            long budgetBytes,
            Supplier<P> recording,
            Function<P, Program> program,
            ToLongFunction<P> besideBytes) {
        Admitted<P> planned = planned(what, engine, recording, program, besideBytes);
        planned.check(engine, budgetBytes);
        return planned;
    }

    /**
     * As above, for arrays that are held together with those of another program.
     *
     * @param other fits by itself
     */
    public static <P> Admitted<P> beside(
            Admitted<?> other,
            String what,
            Engine engine,
            long budgetBytes,
            Supplier<P> recording,
            Function<P, Program> program) {
        Admitted<P> planned = planned(what, engine, recording, program, _ -> other.besideBytes);
        planned.check(engine, budgetBytes, other.plan);
        return planned;
    }

    private static <P> Admitted<P> planned(
            String what,
            Engine engine,
            Supplier<P> recording,
            Function<P, Program> program,
            ToLongFunction<P> besideBytes) {
        String refused = "%s, device %s, was refused: ".formatted(what, engine.id());
        try {
            P recorded = recording.get();
            return new Admitted<>(
                    recorded, MemoryPlan.of(program.apply(recorded)), besideBytes.applyAsLong(recorded), refused);
        } catch (IllegalArgumentException | ArithmeticException e) {
            if (e instanceof IllegalArgumentException && !(e.getCause() instanceof ArithmeticException)) {
                throw e;
            }
            RefusedException beyond =
                    new RefusedException(refused + "it would take more than 2^63 bytes or operations");
            beyond.initCause(e);
            throw beyond;
        }
    }

    private void check(Engine engine, long budgetBytes, MemoryPlan... others) {
        List<MemoryPlan> all = Stream.concat(Stream.of(plan), Stream.of(others)).toList();
        engine.refusal(all, budgetBytes, besideBytes).ifPresent(why -> {
            throw new RefusedException(refused + why);
        });
    }

    /**
     * Allocates the arrays.
     *
     * @throws RefusedException when the memory was free before and is no longer
     */
    public Session open(Engine engine) {
        try {
            return engine.open(plan);
        } catch (RefusedException e) {
            RefusedException named = new RefusedException(refused + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }
}
