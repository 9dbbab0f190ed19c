package farsight.report;

import farsight.block.BlockSpec;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Extents;
import farsight.network.Insertion;
import farsight.network.Loss;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import farsight.task.Task;
import farsight.task.Tasks;
import farsight.train.Batch;
import farsight.train.BatchSource;
import farsight.train.History;
import farsight.train.LayerCosts;
import farsight.train.OpenNetwork;
import farsight.train.Predictions;
import farsight.train.TrainingRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Training runs as pages show them, with predictions of initial weights and made-up curves. */
final class TrainedRuns {

    static final Task RECALL = Tasks.parse("recall:size=8,keys=2,values=3,queries=3,distance=2");
    static final Task COUNT = new OneLabel(Tasks.parse("count:size=12,shapes=3,margin=1"));

    /** A task with one label a sample, the first one of another task's. */
    private record OneLabel(Task of) implements Task {
        @Override
        public String describe() {
            return of.describe();
        }

        @Override
        public Extents input() {
            return of.input();
        }

        @Override
        public List<Long> labels() {
            return List.of();
        }

        @Override
        public List<String> classes() {
            return of.classes();
        }

        @Override
        public Batch draw(long seed, long first, int count) {
            Batch batch = of.draw(seed, first, count);
            long each = batch.label().elements() / count;
            float[] labels = new float[count];
            for (int b = 0; b < count; b++) {
                long at = b * each;
                labels[b] = LongStream.range(at, at + each)
                        .mapToObj(batch.label()::get)
                        .filter(y -> y != IGNORED)
                        .findFirst()
                        .orElseThrow();
            }
            return new Batch(batch.x(), Tensor.of(labels, count));
        }
    }

    private TrainedRuns() {}

    /** A network with a result per position. */
    static Network dense() {
        return inserted("""
                {"network": "sequential", "input": [6, 8, 8], "layers": [
                 {"layer": "conv", "name": "c1", "out": 4, "kernel": 3, "padding": 1}, {"layer": "relu"},
                 {"layer": "conv", "name": "head", "out": 3, "kernel": 1}],
                 "loss": {"type": "cross_entropy", "ignore_label": 255}, "optimizer": {"type": "adam"}}""");
    }

    /** A network with a result per sample. */
    static Network single() {
        return inserted("""
                {"network": "sequential", "input": [1, 12, 12], "layers": [
                 {"layer": "conv", "name": "c1", "out": 4, "kernel": 3, "padding": 1}, {"layer": "relu"},
                 {"layer": "avgpool"}, {"layer": "flatten"}, {"layer": "linear", "name": "head", "out": 2}],
                 "loss": {"type": "cross_entropy"}, "optimizer": {"type": "adam"}}""");
    }

    /** A network that is trained by a squared error. */
    static Network regression() {
        return NetworkSpec.parse("""
                {"network": "sequential", "input": [2, 4, 4], "layers": [
                 {"layer": "conv", "name": "head", "out": 1, "kernel": 1}],
                 "loss": {"type": "mse"}, "optimizer": {"type": "sgd", "lr": 0.1}}""");
    }

    private static Network inserted(String spec) {
        return Insertion.parse("c1")
                .into(NetworkSpec.parse(spec), c -> BlockSpec.parse("{\"block\": \"snl\", \"channels\": " + c + "}"));
    }

    static Predictions predictions(Network network, BatchSource source, int batch, boolean heldOut) {
        try (OpenNetwork open =
                OpenNetwork.open(network, Weights.initial(network, 1), Engines.find("java"), batch, Model.UNLIMITED)) {
            return heldOut ? open.predict(source, source, 2) : open.predict(source, null, 1);
        }
    }

    /** Labels of class 0, or targets of 0 for a squared error. */
    static BatchSource zeros(Network network, int batch) {
        long[] results = network.output().fileShape(batch);
        if (network.mustHaveLoss() instanceof Loss.CrossEntropy) {
            results = LongStream.range(0, results.length)
                    .filter(axis -> axis != 1)
                    .map(axis -> network.output().fileShape(batch)[(int) axis])
                    .toArray();
        }
        return BatchSource.of(new Batch(Tensor.allocate(network.input().fileShape(batch)), Tensor.allocate(results)));
    }

    static TrainedRun recall(int steps) {
        return of(dense(), RECALL, "recall:size=8", steps, t -> 1 / (1 + t), _ -> 0.003);
    }

    static TrainedRun count(int steps) {
        return of(single(), COUNT, "count:size=12", steps, t -> 0.7 - t / 1e9, t -> 1 / (1 + t));
    }

    /** A run whose loss and learning rate are functions of the step. */
    static TrainedRun of(
            Network network,
            @Nullable Task task,
            String data,
            int steps,
            DoubleUnaryOperator loss,
            DoubleUnaryOperator rate) {
        int batch = 5;
        BatchSource training = task == null ? zeros(network, batch) : task.training(1, batch);
        BatchSource heldOut = task == null ? null : task.heldOut(batch);
        Predictions shown = predictions(network, heldOut == null ? training : heldOut, batch, heldOut != null);
        boolean classes = shown.evaluation().confusion().isPresent();
        List<History.Step> rows = new ArrayList<>();
        List<History.HeldOut> evaluations = new ArrayList<>();
        for (int t = 0; t < steps; t++) {
            double accuracy = classes ? 0.5 + 0.4 * Math.sin(t) : Double.NaN;
            rows.add(new History.Step(t, loss.applyAsDouble(t), accuracy, rate.applyAsDouble(t), Double.NaN));
            if (heldOut != null && (t + 1) % Math.max(1, steps / 100) == 0) {
                evaluations.add(new History.HeldOut(t + 1L, loss.applyAsDouble(t), accuracy, accuracy / 2));
            }
        }
        Engine engine = Engines.find("java");
        LayerCosts costs = LayerCosts.of(network, batch);
        SequencedMap<String, String> about = new LinkedHashMap<>();
        about.put("Machine", "a <machine>");
        TrainingRun.Plan plan =
                new TrainingRun.Plan(network, batch, steps, 1, training, heldOut, 2, 3, 4, Model.UNLIMITED);
        return new TrainedRun(
                plan,
                data,
                task,
                Set.of("snl1"),
                new TrainingRun.Outcome(0, Optional.empty(), Optional.of(shown), 12_345, 2_000_000_000),
                new History(rows, evaluations),
                costs,
                engine.id(),
                12_345,
                about);
    }
}
