package farsight.train;

import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.model.Admitted;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.program.Buffer;
import farsight.program.Program;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A network's loss on one batch and its gradients, in training mode; nothing is updated.
 *
 * @param loss of the batch
 * @param logits [B, K], [B, K, N] or [B, K, H, W]
 * @param gradients of every trained parameter by name; 0 where the loss does not depend on it
 */
public record LossGradients(double loss, Tensor logits, SequencedMap<String, Tensor> gradients) {

    /** Makes the map unmodifiable. */
    public LossGradients {
        gradients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradients));
    }

    /** The loss with its gradients, which fit an engine; nothing is allocated. */
    public static final class Pending {
        private final Admitted<Recorded> admitted;
        private final Engine engine;

        private Pending(Admitted<Recorded> admitted, Engine engine) {
            this.admitted = admitted;
            this.engine = engine;
        }

        /**
         * Computes them.
         *
         * @param seed of dropout
         * @throws DataException when the batch's shapes or labels do not fit
         */
        public LossGradients of(Weights weights, Batch batch, long seed) {
            return LossGradients.of(admitted, engine, weights, batch, seed);
        }
    }

    /**
     * Records the loss with its gradients, before weights are drawn or samples read.
     *
     * @param batch B, at least 1
     * @param besideBytes of samples that are yet to be read
     * @param budgetBytes the most that all arrays may take
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public static Pending admit(Network network, Engine engine, long batch, long besideBytes, long budgetBytes) {
        return new Pending(
                Admitted.of(
                        "the gradients of the %s, B = %d".formatted(network.title(), batch),
                        engine,
                        budgetBytes,
                        () -> Recorded.of(network, batch),
                        Recorded::program,
                        _ -> besideBytes),
                engine);
    }

    private static LossGradients of(
            Admitted<Recorded> admitted, Engine engine, Weights weights, Batch batch, long seed) {
        Recorded recorded = admitted.recorded();
        TrainingForward forward = recorded.forward();
        NetworkProgram program = forward.recorded();
        Network network = program.network();
        batch.check(network, program.x().shape().batch());
        try (Session session = admitted.open(engine)) {
            StateArrays.write(session, program.parameters(), program.statistics(), weights);
            forward.write(session, batch);
            forward.writeClassWeights(session);
            forward.writeSeed(session, seed, 0);
            session.run();
            SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
            recorded.gradients()
                    .forEach((name, b) -> gradients.put(
                            name, StateArrays.read(session, b, weights.get(name).shape())));
            return new LossGradients(
                    session.read(forward.loss())[0],
                    StateArrays.features(
                            session, program.logits(), network.output().fileShape(batch.size())),
                    gradients);
        }
    }

    /** The program with its buffers. */
    private record Recorded(TrainingForward forward, Program program, SequencedMap<String, Buffer> gradients) {

        static Recorded of(Network network, long batch) {
            TrainingForward forward = TrainingForward.record(network, "gradient", batch, NetworkProgram.Mode.GRADIENT);
            NetworkProgram recorded = forward.recorded();
            Program.Builder builder = recorded.builder();
            builder.keep(recorded.logits());
            builder.keep(forward.loss());
            List<String> trained = network.parameters().stream()
                    .filter(Parameter::trained)
                    .map(Parameter::name)
                    .toList();
            List<Buffer> gradients = recorded.tape()
                    .backward(
                            forward.loss(),
                            recorded.tape().constant(forward.loss().shape(), 1f),
                            trained.stream()
                                    .map(name -> Objects.requireNonNull(
                                            recorded.parameters().get(name)))
                                    .toList());
            SequencedMap<String, Buffer> named = new LinkedHashMap<>();
            for (int i = 0; i < trained.size(); i++) {
                named.put(trained.get(i), gradients.get(i));
            }
            return new Recorded(forward, builder.build(), named);
        }
    }
}
