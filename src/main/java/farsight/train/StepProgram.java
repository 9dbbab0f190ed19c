package farsight.train;

import farsight.block.Parameter;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.network.Optimizer;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A training step: forward, loss, backward and update, as one program. Weights, moments and running statistics are
 * states, updated in place. The updates are a part of their own, so that a loss which is not finite changes nothing.
 *
 * @param forward the network and its loss
 * @param program all steps
 * @param numbers what changes from step to step: the learning rate, and Adam's corrections, [1, 1, k]
 * @param norm of all gradients, and the factor that clips them; null without clipping
 * @param moments by their names in checkpoints
 */
record StepProgram(
        TrainingForward forward,
        Program program,
        Buffer numbers,
        @Nullable Buffer norm,
        SequencedMap<String, Buffer> moments) {

    /** Records a step. */
    static StepProgram of(Network network, long batch) {
        TrainingForward forward = TrainingForward.record(network, "training", batch, NetworkProgram.Mode.STEP);
        NetworkProgram recorded = forward.recorded();
        Program.Builder builder = recorded.builder();
        builder.keep(forward.loss());
        if (forward.totals() != null) {
            builder.keep(forward.totals());
        }
        Optimizer optimizer = network.mustHaveOptimizer();
        Buffer numbers = recorded.tape().given("numbers", Shape.vector(Rules.count(optimizer)), Role.INPUT);
        SequencedMap<Buffer, String> trained = new LinkedHashMap<>();
        network.parameters().stream()
                .filter(Parameter::trained)
                .forEach(p ->
                        trained.put(Objects.requireNonNull(recorded.parameters().get(p.name())), p.name()));
        // A weight that the loss does not depend on has no gradient, and is not updated, as in PyTorch.
        SequencedMap<Buffer, Buffer> gradients =
                recorded.owned("#loss", () -> recorded.tape().gradients(forward.loss(), List.copyOf(trained.keySet())));
        Updates updates = new Updates(recorded, optimizer, numbers);
        return recorded.owned("#update", () -> {
            Buffer norm = updates.clip(List.copyOf(gradients.values()));
            builder.endPart();
            gradients.forEach((w, gradient) -> updates.weight(Objects.requireNonNull(trained.get(w)), w, gradient));
            updates.statistics(network);
            return new StepProgram(forward, builder.build(), numbers, norm, updates.moments());
        });
    }

    /** The weights by name. */
    SequencedMap<String, Buffer> parameters() {
        return forward.recorded().parameters();
    }

    /** The running statistics by name. */
    SequencedMap<String, Buffer> statistics() {
        return forward.recorded().statistics();
    }
}
