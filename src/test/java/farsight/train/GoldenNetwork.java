package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A training run that libtorch computed in float64: see {@code src/test/resources/networks/README.md}. */
record GoldenNetwork(Path folder) {

    private static final Path ALL = Path.of("src/test/resources/networks");

    static Stream<GoldenNetwork> all() {
        try (Stream<Path> folders = Files.list(ALL)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream().map(GoldenNetwork::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GoldenNetwork named(String name) {
        return new GoldenNetwork(ALL.resolve(name));
    }

    Network network() {
        return Network.load(folder.resolve("network.json"));
    }

    Batch batch() {
        return BatchFile.open(folder.resolve("input.safetensors"), network().mustHaveLoss())
                .read(network());
    }

    Weights weights() {
        return Weights.load(network(), folder.resolve("weights.safetensors"));
    }

    SequencedMap<String, Tensor> tensors(String file) {
        return Safetensors.read(folder.resolve(file + ".safetensors"));
    }

    List<Double> losses() {
        try {
            List<Double> all = new ArrayList<>();
            JsonMapper.shared()
                    .readTree(Files.readString(folder.resolve("loss.json")))
                    .get("losses")
                    .forEach(loss -> all.add(loss.doubleValue()));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logits and gradients of the first step. */
    void checkGradients(Engine engine, double factor) {
        LossGradients found = LossGradients.admit(network(), engine, batch().size(), 0, Model.UNLIMITED)
                .of(weights(), batch(), 1);
        near("logits", found.logits(), tensors("logits").get("logits"), 1e-5 * factor);
        near(found.gradients(), tensors("gradients"), 1e-4 * factor);
        assertThat(found.loss()).isCloseTo(losses().getFirst(), relative(1e-4 * factor));
    }

    /** Ten steps, and the logits in evaluation mode after them. */
    void checkRun(Engine engine, double factor) {
        Batch batch = batch();
        Weights after;
        try (Trainer trainer = Trainer.open(
                network(), TrainingState.initial(weights(), 1), engine, batch.size(), 10, Model.UNLIMITED)) {
            for (double loss : losses()) {
                assertThat(trainer.step(batch).loss())
                        .as("loss of step %d", trainer.step() - 1)
                        .isCloseTo(loss, relative(1e-4 * factor));
            }
            after = trainer.weights();
        }
        SequencedMap<String, Tensor> expected = tensors("weights-after");
        for (Map.Entry<String, Tensor> e : expected.entrySet()) {
            Tensor ours = after.tensors().get(e.getKey());
            near(
                    e.getKey(),
                    ours == null ? after.statistics().tensors().get(e.getKey()) : ours,
                    e.getValue(),
                    1e-4 * factor);
        }
        try (OpenNetwork open = OpenNetwork.open(network(), after, engine, batch.size(), Model.UNLIMITED)) {
            near("eval-logits", open.apply(batch.x()), tensors("eval-logits").get("logits"), 1e-4 * factor);
        }
    }

    private static org.assertj.core.data.Percentage relative(double tolerance) {
        return org.assertj.core.data.Percentage.withPercentage(100 * tolerance);
    }

    private static void near(
            SequencedMap<String, Tensor> ours, SequencedMap<String, Tensor> expected, double tolerance) {
        assertThat(ours.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> near(name, ours.get(name), tensor, tolerance));
    }

    private static void near(String name, Tensor ours, Tensor expected, double tolerance) {
        assertThat(ours).as(name).isNotNull();
        assertThat(ours.shape()).as("shape of %s", name).isEqualTo(expected.shape());
        double error = 0;
        double norm = 0;
        for (long i = 0; i < expected.elements(); i++) {
            double d = (double) ours.get(i) - expected.get(i);
            error += d * d;
            norm += (double) expected.get(i) * expected.get(i);
        }
        // A gradient that is 0 in exact arithmetic is compared absolutely.
        double scale = Math.sqrt(norm) <= 1e-5 ? 1 : Math.sqrt(norm);
        assertThat(Math.sqrt(error) / scale).as("error of %s", name).isLessThanOrEqualTo(tolerance);
    }

    @Override
    public String toString() {
        return String.valueOf(folder.getFileName());
    }
}
