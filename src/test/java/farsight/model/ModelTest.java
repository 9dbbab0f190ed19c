package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import farsight.block.Block;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelTest {

    private static final Engine JAVA = Engines.find("java");

    static Stream<Block> blocks() {
        return WeightsTest.blocks();
    }

    private static Tensor normal(long seed, long... shape) {
        Tensor x = Tensor.allocate(shape);
        Synthetic.normal(x.values(), x.elements(), seed);
        return x;
    }

    @Test
    void aCheckpointRunsInTenLines() {
        Path golden = Path.of("src/test/resources/golden/latentgnn");
        Model model = Model.load(golden.resolve("block.json"), golden.resolve("weights.safetensors"));
        try (SafetensorsFile file = SafetensorsFile.open(golden.resolve("input.safetensors"))) {
            Tensor x = file.tensor("x");
            Tensor y = model.apply(Engines.vector(), x);
            assertThat(y.shape()).isEqualTo(x.shape());
            assertThat(y.nonFinite()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aGridAndItsPositionsAsPointsGiveTheSame(Block block) {
        Model model = Model.random(block, 1);
        Tensor grid = normal(5, 2, 32, 3, 5);
        Tensor y = model.apply(JAVA, grid);
        assertThat(y.shape()).containsExactly(2, 32, 3, 5);
        if (block.grids().contains(Grid.Kind.LINE)) {
            assertThat(model.apply(JAVA, grid.reshape(2, 32, 15))).isEqualTo(y.reshape(2, 32, 15));
        } else {
            assertThatThrownBy(() -> model.apply(JAVA, grid.reshape(2, 32, 15)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(block.kind());
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void gradientsComeUnderTheNamesAndInTheShapesOfTheInputAndTheWeights(Block block) {
        Model model = Model.random(block, 1);
        Tensor x = normal(5, 2, 32, 3, 5);
        Gradients g = model.gradient(JAVA, x, normal(6, 2, 32, 3, 5));
        Tensor y = model.apply(JAVA, x);
        assertThat(g.y().shape()).isEqualTo(y.shape());
        // The talk's block goes another way where no backward pass follows.
        assertThat(g.y().toArray()).containsExactly(y.toArray(), offset(1e-5f));
        assertThat(g.tensors().firstEntry().getKey()).isEqualTo("x");
        assertThat(g.x().shape()).isEqualTo(x.shape());
        List<Parameter> trained =
                block.parameters().stream().filter(Parameter::trained).toList();
        assertThat(g.tensors()).hasSize(1 + trained.size());
        for (Parameter p : trained) {
            assertThat(g.tensors().get(p.name()).shape())
                    .as(p.name())
                    .isEqualTo(model.weights().get(p.name()).shape());
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void allocatedBytesEqualPredictedBytes(Block block) {
        Model model = Model.random(block, 1);
        for (Pass pass : Pass.values()) {
            Grid grid = block.grids().contains(Grid.Kind.LINE) ? Grid.points(15) : new Grid(3, 5);
            Footprint predicted = Footprint.of(block, 2, grid, pass);
            try (OpenModel open = model.open(JAVA, new FeatureShape(2, 32, grid), pass, Model.UNLIMITED)) {
                assertThat(open.bytes()).isEqualTo(predicted.bytes());
            }
            assertThat(predicted.byRole().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(predicted.bytes());
        }
    }

    @Test
    void anOpenModelRunsManyInputs() {
        Model model = Model.random(LatentGnn.of(8, 3), 1);
        try (OpenModel open = model.open(JAVA, FeatureShape.of("x", 1, 8, 6), Pass.FORWARD, Model.UNLIMITED)) {
            for (long seed = 0; seed < 3; seed++) {
                Tensor x = normal(seed, 1, 8, 6);
                assertThat(open.apply(x)).isEqualTo(model.apply(JAVA, x));
                assertThat(open.timing().wall()).isPositive();
            }
        }
    }

    @Test
    void runsOverTheBudgetAreRefusedBeforeAllocation() {
        Model model = Model.random(NonLocal.of(8), 1);
        FeatureShape huge = FeatureShape.of("x", 1, 8, 20_000);
        assertThatThrownBy(() -> model.open(JAVA, huge, Pass.FORWARD, 1_000_000))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nonlocal on [1, 8, 20000], pass forward, device java")
                .hasMessageContaining("the budget is 1.00 MB");
        assertThatThrownBy(() ->
                        model.open(JAVA, FeatureShape.of("x", 1, 8, 500, 500), Pass.FORWARD_BACKWARD, Model.UNLIMITED))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("[1, 8, 500, 500]");
    }

    @Test
    void tensorsOfAnotherShapeAreRefusedWithBothShapes() {
        Model model = Model.random(Gc.of(16), 1);
        assertThatThrownBy(() -> model.apply(JAVA, normal(1, 1, 8, 4)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[1, 8, 4], so 8 channels")
                .hasMessageContaining("16 channels");
        assertThatThrownBy(() -> model.apply(JAVA, normal(1, 16, 4)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[16, 4]");
        assertThatThrownBy(() -> model.gradient(JAVA, normal(1, 1, 16, 4), normal(1, 1, 16, 5)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("dy has shape [1, 16, 5], expected [1, 16, 4]");
    }

    @Test
    void weightsOfAnotherBlockAreRefused() {
        Weights weights =
                Weights.of(Gc.of(16), Map.copyOf(Weights.initial(Gc.of(16), 1).tensors()));
        assertThat(new Model(Gc.of(16), weights).weights()).isSameAs(weights);
        assertThatThrownBy(() -> new Model(Gc.of(16).withRatio(0.25), weights))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
