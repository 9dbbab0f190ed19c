package farsight.train;

import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.model.Admitted;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a training run, which fit an engine together: the step, and the forward pass that evaluates held-out
 * samples beside it. Nothing is allocated.
 */
public final class AdmittedRun {

    private final Admitted<StepProgram> step;
    private final @Nullable Admitted<NetworkProgram> evaluation;

    private AdmittedRun(Admitted<StepProgram> step, @Nullable Admitted<NetworkProgram> evaluation) {
        this.step = step;
        this.evaluation = evaluation;
    }

    /**
     * Records the programs.
     *
     * @param batch B, at least 1
     * @param heldOut whether there are held-out samples to evaluate
     * @param besideBytes of the samples, where they are yet to be read
     * @param budgetBytes the most that all arrays together may take
     * @throws RefusedException when they would exceed the budget or what the engine can hold
     * @throws farsight.block.spec.SpecException when the network has no loss or no optimizer
     */
    public static AdmittedRun of(
            Network network, Engine engine, long batch, boolean heldOut, long besideBytes, long budgetBytes) {
        Admitted<StepProgram> step = step(network, engine, batch, besideBytes, budgetBytes);
        Admitted<NetworkProgram> evaluation = heldOut
                ? Admitted.beside(
                        step,
                        "the evaluation of the %s, B = %d, beside its training step".formatted(network.title(), batch),
                        engine,
                        budgetBytes,
                        () -> OpenNetwork.record(network, batch),
                        recorded -> recorded.builder().build())
                : null;
        return new AdmittedRun(step, evaluation);
    }

    static Admitted<StepProgram> step(Network network, Engine engine, long batch, long besideBytes, long budgetBytes) {
        return Admitted.of(
                "a training step of the %s, B = %d".formatted(network.title(), batch),
                engine,
                budgetBytes,
                () -> StepProgram.of(network, batch),
                StepProgram::program,
                _ -> besideBytes);
    }

    Admitted<StepProgram> step() {
        return step;
    }

    /** The evaluation; null without held-out samples. */
    @Nullable
    Admitted<NetworkProgram> evaluation() {
        return evaluation;
    }
}
