package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.RefusedException;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import farsight.program.MemoryPlan;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

    private static final String EVERYTHING = """
            {"network": "sequential", "input": [3, 13, 11], "layers": [
              {"layer": "conv", "name": "conv1", "out": 8, "kernel": 3, "stride": 2, "padding": 1},
              {"layer": "batchnorm", "name": "bn1"}, {"layer": "relu"}, {"layer": "dropout", "p": 0.3},
              {"layer": "residual", "name": "res", "branch": [
                {"layer": "conv", "name": "dw", "out": 8, "kernel": 3, "padding": 1, "groups": 8, "bias": false},
                {"layer": "batchnorm", "name": "bn"}]},
              {"layer": "block", "name": "ema", "spec": {"block": "ema", "channels": 8, "bases": 3}},
              {"layer": "block", "name": "lg", "spec": {"block": "latentgnn", "channels": 8, "latentDims": [4],
                "channelStride": 2, "norm": "batch"}},
              {"layer": "maxpool", "kernel": 3, "stride": 2, "padding": 1}, {"layer": "flatten"},
              {"layer": "dropout", "p": 0.5}, {"layer": "linear", "name": "fc", "out": 4}],
             "loss": {"type": "cross_entropy", "ignore_label": -1, "class_weights": [1, 2, 0.5, 1]},
             "optimizer": {"type": "adam", "lr": 0.01, "weight_decay": 0.001, "clip_norm": 2,
               "schedule": {"type": "cosine", "warmup": 2}}}
            """;

    private static final Network NETWORK = NetworkSpec.parse(EVERYTHING);
    private static final int BATCH = 5;

    private static Batch batch(long step) {
        Tensor x = Tensor.allocate(NETWORK.input().fileShape(BATCH));
        Synthetic.normal(x.values(), x.elements(), step + 10);
        Tensor label = Tensor.allocate(BATCH);
        for (int i = 0; i < BATCH; i++) {
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, Math.toIntExact((step + i) % 5 - 1));
        }
        return new Batch(x, label);
    }

    private static Trainer open(Engine engine, TrainingState state) {
        return Trainer.open(NETWORK, state, engine, BATCH, 8, Model.UNLIMITED);
    }

    private static TrainingState start() {
        return TrainingState.initial(Weights.random(NETWORK, 5), 77);
    }

    private static List<Float> floats(TrainingState state) {
        List<Float> all = new ArrayList<>();
        List<Tensor> tensors = new ArrayList<>(state.weights().tensors().values());
        tensors.addAll(state.weights().statistics().tensors().values());
        tensors.addAll(state.moments().values());
        for (Tensor t : tensors) {
            for (float f : t.toArray()) {
                all.add(f);
            }
        }
        return all;
    }

    private static List<Float> after(Engine engine, int steps) {
        try (Trainer trainer = open(engine, start())) {
            trainer.run(TrainerTest::batch, steps, _ -> {});
            return floats(trainer.state());
        }
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        List<Float> one = after(Engines.vector(1), 4);
        assertThat(after(Engines.vector(3), 4)).isEqualTo(one);
        assertThat(after(Engines.vector(2), 4)).isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aRunResumedFromItsFileEqualsOneThatNeverStopped(String id, @TempDir Path folder) {
        Engine engine = Engines.find(id);
        Path file = folder.resolve("checkpoint.safetensors");
        try (Trainer trainer = open(engine, start())) {
            trainer.run(TrainerTest::batch, 3, _ -> {});
            trainer.state().save(file);
        }
        TrainingState read = TrainingState.load(file, NETWORK);
        assertThat(read.step()).isEqualTo(3);
        assertThat(read.seed()).isEqualTo(77);
        try (Trainer trainer = open(engine, read)) {
            trainer.run(TrainerTest::batch, 6, _ -> {});
            assertThat(floats(trainer.state())).isEqualTo(after(engine, 6));
        }
    }

    @Test
    void bothEnginesOfTheJvmAgreeWithDropout() {
        List<Float> java = after(Engines.find("java"), 3);
        List<Float> vector = after(Engines.find("vector"), 3);
        assertThat(vector).hasSameSizeAs(java);
        for (int i = 0; i < java.size(); i++) {
            assertThat(vector.get(i)).isCloseTo(java.get(i), within(2e-3f));
        }
    }

    static Stream<Arguments> networks() {
        return Stream.concat(Stream.of(NETWORK), GoldenNetwork.all().map(GoldenNetwork::network))
                .flatMap(n -> Stream.of("java", "vector").map(id -> Arguments.of(n, Engines.find(id))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void measuredBytesAreThePlans(Network network, Engine engine) {
        MemoryPlan plan = MemoryPlan.of(StepProgram.of(network, 3).program());
        TrainingState state = TrainingState.initial(Weights.initial(network, 1), 1);
        try (Trainer trainer = Trainer.open(network, state, engine, 3, 1, Model.UNLIMITED)) {
            assertThat(trainer.bytes()).isEqualTo(plan.bytes()).isEqualTo(engine.predictedBytes(plan));
        }
    }

    @Test
    void aParameterThatNoPathReachesIsNotDecayed() {
        try (Trainer trainer = open(Engines.find("vector"), start())) {
            trainer.run(TrainerTest::batch, 3, _ -> {});
            Weights now = trainer.weights();
            assertThat(now.get("ema.conv1.weight").toArray())
                    .isEqualTo(start().weights().get("ema.conv1.weight").toArray());
            assertThat(now.get("ema.conv2.0.weight").toArray())
                    .isNotEqualTo(start().weights().get("ema.conv2.0.weight").toArray());
            assertThat(now.get("ema.mu").toArray())
                    .as("a statistic that the block reads")
                    .isNotEqualTo(start().weights().get("ema.mu").toArray())
                    .isEqualTo(now.statistics().tensors().get("ema.mu").toArray());
            assertThat(now.statistics().tensors().get("bn1.num_batches_tracked").get(0))
                    .isEqualTo(3f);
        }
    }

    @Test
    void theLearningRateFollowsTheSchedule() {
        List<Double> rates = new ArrayList<>();
        try (Trainer trainer = open(Engines.find("vector"), start())) {
            trainer.run(TrainerTest::batch, 8, report -> rates.add(report.rate()));
        }
        for (int t = 0; t < 8; t++) {
            double expected = t < 2 ? 0.01 * (t + 1) / 3 : 0.01 * (1 + Math.cos(Math.PI * (t - 2) / 6)) / 2;
            assertThat(rates.get(t)).as("step %d", t).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void aLossThatIsNotFiniteStopsWithItsLayerAndChangesNothing() {
        Weights broken = Weights.random(NETWORK, 5);
        broken.get("res.branch.dw.weight").values().setAtIndex(ValueLayout.JAVA_FLOAT, 3, 3e38f);
        broken.get("res.branch.dw.weight").values().setAtIndex(ValueLayout.JAVA_FLOAT, 4, 3e38f);
        try (Trainer trainer = open(Engines.find("vector"), TrainingState.initial(broken, 1))) {
            List<Float> before = floats(trainer.state());
            assertThatThrownBy(() -> trainer.step(batch(0)))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("loss of step 0 is NaN")
                    .hasMessageContaining("res.branch.dw (conv)")
                    .hasMessageContaining("clip_norm");
            assertThat(floats(trainer.state())).isEqualTo(before);
            assertThat(trainer.step()).isZero();
        }
    }

    @Test
    void aBatchThatIsNotFiniteIsNamed() {
        Batch bad = batch(0);
        bad.x().values().setAtIndex(ValueLayout.JAVA_FLOAT, 7, Float.NaN);
        try (Trainer trainer = open(Engines.find("vector"), start())) {
            assertThatThrownBy(() -> trainer.step(bad)).hasMessageContaining("tensor \"x\" of this batch holds 1");
        }
    }

    @Test
    void aLabelThatIsNoClassIsRefusedWithItsPlace() {
        Batch bad = batch(0);
        bad.label().values().setAtIndex(ValueLayout.JAVA_FLOAT, 2, 4f);
        try (Trainer trainer = open(Engines.find("vector"), start())) {
            assertThatThrownBy(() -> trainer.step(bad))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("holds 4 at index 2, expected a class from 0 to 3 or -1");
        }
    }

    @Test
    void moreThanTheBudgetIsRefusedBeforeAnythingIsAllocated() {
        assertThatThrownBy(() -> Trainer.open(NETWORK, start(), Engines.find("vector"), BATCH, 8, 1000))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("training step");
    }

    @Test
    void everyBitOfTheSeedAndOfTheStepCountsInDropout() {
        for (int bit = 0; bit < 64; bit++) {
            assertThat(TrainingForward.drawnFrom(77 ^ 1L << bit, 0))
                    .as("bit %d", bit)
                    .isNotEqualTo(TrainingForward.drawnFrom(77, 0))
                    .isBetween(0f, (1 << 24) - 1f);
        }
        assertThat(TrainingForward.drawnFrom(77, 0)).isEqualTo(77);
        assertThat(TrainingForward.drawnFrom(77, 1))
                .isNotEqualTo(TrainingForward.drawnFrom(77, 2))
                .isNotEqualTo(77);
        List<Double> losses = new ArrayList<>();
        for (long seed : new long[] {77, 77 + (1 << 24)}) {
            TrainingState state = TrainingState.initial(start().weights(), seed);
            try (Trainer trainer = open(Engines.find("vector"), state)) {
                losses.add(trainer.step(batch(0)).loss());
            }
        }
        assertThat(losses.getFirst()).isNotEqualTo(losses.getLast());
    }

    @Test
    void evaluationIsWithoutDropoutAndTheSameEachTime() {
        try (OpenNetwork open =
                OpenNetwork.open(NETWORK, Weights.random(NETWORK, 5), Engines.find("vector"), BATCH, Model.UNLIMITED)) {
            assertThat(open.apply(batch(1).x()).toArray())
                    .isEqualTo(open.apply(batch(1).x()).toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"layer\": \"batchnorm\", \"name\": \"bn\"}",
                "{\"layer\": \"residual\", \"name\": \"r\", \"branch\": [{\"layer\": \"batchnorm\", \"name\": \"bn\"}]}",
                "{\"layer\": \"block\", \"name\": \"bn\", \"spec\": {\"block\": \"latentgnn\", \"channels\": 6,"
                        + " \"latentDims\": [2], \"channelStride\": 2, \"norm\": \"batch\"}}"
            })
    void aNormOverOneValueAChannelIsRefusedInTrainingAndAppliedInEvaluation(String layer) {
        Network network = NetworkSpec.parse("""
                {"network": "sequential", "input": [6, 1, 1], "layers": [%s, {"layer": "flatten"}],
                 "loss": {"type": "cross_entropy"}, "optimizer": {"type": "sgd"}}""".formatted(layer));
        Engine engine = Engines.find("vector");
        Weights weights = Weights.initial(network, 1);
        assertThatThrownBy(() -> Trainer.open(network, weights, engine, 1, 1))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith("layer 1 (")
                .hasMessageContaining(" bn): ")
                .hasMessageContaining("expects more than 1 value per channel in training");
        assertThatThrownBy(() -> LossGradients.admit(network, engine, 1, 0, Model.UNLIMITED))
                .hasMessageContaining("more than 1 value per channel");
        assertThat(LayerCosts.of(network, 1).untrained()).contains("more than 1 value per channel");
        Trainer.open(network, weights, engine, 2, 1).close();
        try (OpenNetwork open = OpenNetwork.open(network, weights, engine, 1, Model.UNLIMITED)) {
            assertThat(open.apply(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 6, 1, 1))
                            .nonFinite())
                    .isZero();
        }
    }

    @Test
    void gradientsAreClippedToTheNorm() {
        List<Double> norms = new ArrayList<>();
        try (Trainer trainer = open(Engines.find("vector"), start())) {
            trainer.run(TrainerTest::batch, 4, report -> norms.add(report.norm()));
        }
        LossGradients gradients = LossGradients.admit(NETWORK, Engines.find("vector"), BATCH, 0, Model.UNLIMITED)
                .of(start().weights(), batch(0), 77);
        double squares = 0;
        for (Tensor g : gradients.gradients().values()) {
            for (float f : g.toArray()) {
                squares += (double) f * f;
            }
        }
        assertThat(norms.getFirst()).isCloseTo(Math.sqrt(squares), within(1e-4 * Math.sqrt(squares)));
    }
}
