package farsight.train;

import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.model.Admitted;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Loss;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.program.Program;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Finds where a loss that is not finite began: it runs the forward pass again with every layer's result kept. */
final class Divergence {

    private static final String ADVICE =
            ". Try a warm-up in \"schedule\", \"clip_norm\" in \"optimizer\", or a lower learning rate";

    private Divergence() {}

    /**
     * The exception for a step.
     *
     * @param weights before the step
     */
    static DivergedException explain(
            Network network,
            Weights weights,
            Engine engine,
            Batch batch,
            long seed,
            long step,
            double loss,
            double rate) {
        String cause;
        try {
            cause = cause(network, weights, engine, batch, seed, step);
        } catch (RefusedException e) {
            cause = "where it began could not be found: " + e.getMessage();
        }
        boolean data = cause.contains(" of this batch ");
        return new DivergedException("the loss of step %d is %s: %s%s"
                .formatted(step, loss, cause, data ? "" : ADVICE + ", here %.3g".formatted(rate)));
    }

    /**
     * Refuses to keep a state that is not finite: the loss that would have told comes only with the next step.
     *
     * @throws DivergedException when a weight or a statistic is not finite
     */
    static void check(TrainingState state) {
        state.weights().all().entrySet().stream()
                .filter(e -> e.getValue().nonFinite() > 0)
                .findFirst()
                .ifPresent(e -> {
                    throw new DivergedException("the update of step %d made %s not finite%s"
                            .formatted(state.step() - 1, e.getKey(), ADVICE));
                });
    }

    private static String cause(Network network, Weights weights, Engine engine, Batch batch, long seed, long step) {
        if (batch.x().nonFinite() > 0) {
            return "tensor \"x\" of this batch holds %,d numbers that are not finite"
                    .formatted(batch.x().nonFinite());
        }
        Optional<String> broken = weights.tensors().entrySet().stream()
                .filter(e -> e.getValue().nonFinite() > 0)
                .map(Map.Entry::getKey)
                .findFirst();
        if (broken.isPresent()) {
            return "the update before it made %s not finite".formatted(broken.get());
        }
        return layer(network, weights, engine, batch, seed, step).orElseGet(() -> finiteResults(network, batch));
    }

    private static String finiteResults(Network network, Batch batch) {
        return network.mustHaveLoss() instanceof Loss.CrossEntropy loss && allIgnored(loss, batch.label())
                ? "every label of this batch is ignored, so the loss is a mean of nothing"
                : "every layer's result is finite, but too large for the loss in float32";
    }

    private static boolean allIgnored(Loss.CrossEntropy loss, Tensor labels) {
        return LongStream.range(0, labels.elements()).allMatch(i -> loss.ignores(labels.get(i)));
    }

    private static Optional<String> layer(
            Network network, Weights weights, Engine engine, Batch batch, long seed, long step) {
        Admitted<TrainingForward> admitted = Admitted.of(
                "a forward pass that keeps every layer's result",
                engine,
                Model.UNLIMITED,
                () -> TrainingForward.record(network, "divergence", batch.size(), NetworkProgram.Mode.GRADIENT),
                Divergence::kept,
                _ -> 0);
        TrainingForward forward = admitted.recorded();
        NetworkProgram recorded = forward.recorded();
        try (Session session = admitted.open(engine)) {
            StateArrays.write(session, recorded.parameters(), recorded.statistics(), weights);
            forward.write(session, batch);
            forward.writeClassWeights(session);
            forward.writeSeed(session, seed, step);
            session.run();
            return recorded.visits().stream()
                    .filter(visit -> !StateArrays.finite(session, visit.y()))
                    .findFirst()
                    .map(visit -> "it began in layer %s (%s), whose input is finite"
                            .formatted(visit.path(), visit.layer().kind()));
        }
    }

    private static Program kept(TrainingForward forward) {
        Program.Builder builder = forward.recorded().builder();
        forward.recorded().visits().forEach(visit -> builder.keep(visit.y()));
        return builder.build();
    }
}
