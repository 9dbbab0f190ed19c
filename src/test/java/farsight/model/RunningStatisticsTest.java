package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.block.BlockSpec;
import farsight.block.Ema;
import farsight.block.GoldenCase;
import farsight.block.LatentGnn;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.program.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunningStatisticsTest {

    private static final LatentGnn BLOCK =
            LatentGnn.of(8, 3, 5).withChannelStride(2).withGraphConv(true).withNorm(LatentGnn.Norm.BATCH);

    private static final int BATCH = 2;
    private static final int POSITIONS = 15;

    @TempDir
    private Path folder;

    private static Tensor input(long seed) {
        Tensor x = Tensor.allocate(BATCH, 8, POSITIONS);
        Synthetic.normal(x.values(), x.elements(), seed);
        return x;
    }

    /** Mean and unbiased variance of Wv·X for each channel, in double. */
    private static double[][] momentsOfTheFirstConvolution(Weights weights, Tensor x) {
        Tensor w = weights.get("down_channel_v2l.0.weight");
        double[][] moments = new double[2][4];
        for (int c = 0; c < 4; c++) {
            double[] y = new double[BATCH * POSITIONS];
            for (int i = 0; i < y.length; i++) {
                for (int k = 0; k < 8; k++) {
                    y[i] += (double) w.get(c * 8L + k) * x.get((i / POSITIONS * 8L + k) * POSITIONS + i % POSITIONS);
                }
                moments[0][c] += y[i] / y.length;
            }
            for (double v : y) {
                moments[1][c] += (v - moments[0][c]) * (v - moments[0][c]) / (y.length - 1);
            }
        }
        return moments;
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void eachBatchUpdatesThemAsPyTorchDoes(String device) {
        Engine engine = Engines.find(device);
        Model model = Model.random(BLOCK, 1);
        RunningStatistics running = model.weights().statistics();
        double[] mean = new double[4];
        double[] variance = {1, 1, 1, 1};
        try (OpenModel open = model.open(engine, FeatureShape.of("x", 2, 8, 15), Pass.FORWARD, Model.UNLIMITED)) {
            for (int batch = 1; batch <= 3; batch++) {
                Tensor x = input(batch);
                open.apply(x);
                running = open.statistics(running);
                double[][] moments = momentsOfTheFirstConvolution(model.weights(), x);
                for (int c = 0; c < 4; c++) {
                    mean[c] = 0.9 * mean[c] + 0.1 * moments[0][c];
                    variance[c] = 0.9 * variance[c] + 0.1 * moments[1][c];
                    assertThat(at(running, "down_channel_v2l.1.running_mean").get(c))
                            .isCloseTo((float) mean[c], within(1e-6f));
                    assertThat(at(running, "down_channel_v2l.1.running_var").get(c))
                            .isCloseTo((float) variance[c], within(1e-5f));
                }
                assertThat(running.tensors())
                        .allSatisfy(
                                (name, t) -> assertThat(t.nonFinite()).as(name).isZero());
                assertThat(at(running, "LatentGNN_Kernel_1.GraphConvWeight.1.num_batches_tracked")
                                .toArray())
                        .containsExactly(batch);
            }
        }
        // Both projections, two affinities and a graph convolution of each kernel, and the way up.
        assertThat(running.tensors()).hasSize(3 * (2 + 2 * 3 + 1));
    }

    private static Tensor at(RunningStatistics s, String name) {
        return s.tensors().getOrDefault(name, Tensor.allocate(0));
    }

    @Test
    void aBackwardPassUpdatesThemToo() {
        Model model = Model.random(BLOCK, 1);
        FeatureShape shape = FeatureShape.of("x", 2, 8, 15);
        RunningStatistics before = model.weights().statistics();
        try (OpenModel forward = model.open(Engines.vector(), shape, Pass.FORWARD, Model.UNLIMITED);
                OpenModel both = model.open(Engines.vector(), shape, Pass.FORWARD_BACKWARD, Model.UNLIMITED)) {
            assertThatThrownBy(() -> forward.statistics(before)).isInstanceOf(IllegalStateException.class);
            forward.apply(input(1));
            both.gradient(input(1), input(2));
            assertThat(both.statistics(before)).isEqualTo(forward.statistics(before));
        }
    }

    @Test
    void aSingleValueHasNoUnbiasedVariance() {
        Model model = Model.random(BLOCK, 1);
        try (OpenModel open =
                model.open(Engines.vector(), FeatureShape.of("x", 1, 8, 1), Pass.FORWARD, Model.UNLIMITED)) {
            open.apply(Tensor.allocate(1, 8, 1));
            RunningStatistics after = open.statistics(model.weights().statistics());
            assertThat(at(after, "up_channel.1.running_var").toArray()).containsOnly(1);
        }
    }

    @Test
    void blocksWithoutBatchNormHaveNone() {
        assertThat(RunningStatistics.initial(LatentGnn.of(8, 3)).tensors()).isEmpty();
        assertThat(RunningStatistics.initial(BLOCK.withNorm(LatentGnn.Norm.FROZEN))
                        .tensors())
                .isEmpty();
    }

    @Test
    void aFrozenNormReadsTheStatisticsOfTraining() {
        Model model = Model.random(BLOCK, 1);
        try (OpenModel open =
                model.open(Engines.vector(), FeatureShape.of("x", 2, 8, 15), Pass.FORWARD, Model.UNLIMITED)) {
            open.apply(input(1));
            Weights trained = model.weights()
                    .withStatistics(open.statistics(model.weights().statistics()));
            Path file = folder.resolve("net.safetensors");
            trained.save(file, "backbone.layer3.latent");
            assertThat(Weights.load(BLOCK, file, "backbone.layer3.latent").statistics())
                    .isEqualTo(trained.statistics());
            Weights frozen = Weights.load(BLOCK.withNorm(LatentGnn.Norm.FROZEN), file, "backbone.layer3.latent");
            assertThat(frozen.get("up_channel.1.running_var"))
                    .isEqualTo(at(trained.statistics(), "up_channel.1.running_var"));
        }
        assertThatThrownBy(() -> model.weights().withStatistics(RunningStatistics.initial(LatentGnn.of(8, 3))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statisticsOfTheWrongShapeAreListedWithTheOtherFaults() {
        SequencedMap<String, Tensor> tensors =
                new LinkedHashMap<>(Model.random(BLOCK, 1).weights().tensors());
        tensors.remove("gamma");
        tensors.put("up_channel.1.running_var", Tensor.allocate(3));
        tensors.put("up_channel.1.running_max", Tensor.allocate(8));
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(file, tensors, Map.of());
        assertThatThrownBy(() -> Weights.load(BLOCK, file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("missing gamma [1]")
                .hasMessageContaining("up_channel.1.running_var has shape [3], expected [8]")
                .hasMessageContaining("no parameter of the block: up_channel.1.running_max");
    }

    private static SequencedMap<String, Tensor> golden(String name, String file) {
        return Safetensors.read(Path.of("src/test/resources/golden", name, file + ".safetensors"));
    }

    private static double error(Tensor ours, Tensor golden) {
        return GoldenCase.error(ours.toArray(), golden.toArray());
    }

    @ParameterizedTest
    @CsvSource({"java, ema", "java, ema-frozen", "vector, ema", "vector, ema-frozen"})
    void basesAreUpdatedByTheMeanOverTheSamplesAndNotByARunAlone(String device, String name) throws IOException {
        Ema block = (Ema) BlockSpec.parse(Files.readString(Path.of("src/test/resources/golden", name, "block.json")));
        Weights weights = Weights.of(block, golden(name, "weights"));
        Tensor x = golden(name, "input").firstEntry().getValue();
        SequencedMap<String, Tensor> expected = golden(name, "statistics");
        Model model = new Model(block, weights);
        for (Pass pass : Pass.values()) {
            try (OpenModel open =
                    model.open(Engines.find(device), FeatureShape.of("x", x.shape()), pass, Model.UNLIMITED)) {
                Tensor y = pass == Pass.FORWARD ? open.apply(x) : open.forward(x);
                float[] bases = open.read(at(open.program().statistics()));
                assertThat(GoldenCase.error(bases, at(expected, "bases").toArray()))
                        .isLessThan(1e-5);
                RunningStatistics moved = open.statistics(weights.statistics());
                assertThat(moved.tensors()).containsOnlyKeys("mu");
                assertThat(error(at(moved, "mu"), at(expected, "mu"))).isLessThan(1e-6);
                // Neither the arrays nor the model have changed.
                assertThat(pass == Pass.FORWARD ? open.apply(x) : open.forward(x))
                        .isEqualTo(y);
                assertThat(weights.get("mu")).isEqualTo(golden(name, "weights").get("mu"));
                Weights next = weights.withStatistics(moved);
                assertThat(next.get("mu")).isEqualTo(at(moved, "mu"));
                open.set("mu", at(moved, "mu"));
                assertThat(pass == Pass.FORWARD ? open.apply(x) : open.forward(x))
                        .isEqualTo(new Model(block, next).apply(Engines.find(device), x))
                        .isNotEqualTo(y);
                Path file = folder.resolve("w.safetensors");
                next.save(file, "emau");
                Weights loaded = Weights.load(block, file, "emau");
                assertThat(loaded.tensors()).containsExactlyEntriesOf(next.tensors());
                assertThat(loaded.statistics()).isEqualTo(moved);
            }
        }
    }

    private static Buffer at(Map<String, Buffer> statistics) {
        return Objects.requireNonNull(statistics.get("mu"));
    }

    private static Tensor at(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    @Test
    void basesStartAtUnitLengthAndAreNotParameters() {
        Ema block = Ema.of(8, 3);
        assertThat(block.parameterCount()).isEqualTo(8 * 8 + 8 + 8 * 8);
        assertThat(block.withNorm(Ema.Norm.FROZEN).parameterCount()).isEqualTo(8 * 8 + 8 + 8 * 8 + 8 + 8);
        for (Weights weights : List.of(Weights.initial(block, 5), Weights.random(block, 5))) {
            Tensor mu = weights.get("mu");
            for (int j = 0; j < 3; j++) {
                int column = j;
                assertThat(IntStream.range(0, 8)
                                .mapToDouble(i -> mu.get(3L * i + column))
                                .map(v -> v * v)
                                .sum())
                        .isCloseTo(1, within(1e-6));
            }
            assertThat(at(weights.statistics(), "mu")).isEqualTo(mu);
        }
        assertThatThrownBy(() -> RunningStatistics.initial(block)).hasMessageContaining("mu");
    }
}
