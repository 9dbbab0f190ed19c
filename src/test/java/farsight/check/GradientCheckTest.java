package farsight.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Block;
import farsight.block.Forms;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Snl;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.model.FeatureShape;
import farsight.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradientCheckTest {

    private static final GradientCheck CHECK = new GradientCheck(5, 0.01, 1);

    static Stream<Block> forms() {
        return Forms.all().stream();
    }

    /** One of each way to go wrong: softmax, streaming, layer norm, batch norm, gates. */
    static Stream<Block> someForms() {
        return Stream.of(
                NonLocal.of(6),
                NonLocal.of(6).withAttention(NonLocal.Attention.STREAMING),
                Gc.of(16).withRatio(0.25),
                new Snl(7),
                LatentGnn.of(8, 3).withChannelStride(2).withNorm(LatentGnn.Norm.BATCH));
    }

    private static Tensor input(Block block) {
        Tensor x = Tensor.allocate(new FeatureShape(2, block.channels(), Forms.lie(block, new Grid(4, 6))).toArray());
        Synthetic.normal(x.values(), x.elements(), 3);
        return x;
    }

    private static Map<String, Verdict> verdicts(Block block, String engine) {
        Model model = Model.random(block, 1);
        try (ModelFunction f = new ModelFunction(model, Engines.find(engine), input(block), Model.UNLIMITED)) {
            return verdicts(CHECK.of(f));
        }
    }

    private static Map<String, Verdict> verdicts(List<TensorCheck> checks) {
        return checks.stream().collect(Collectors.toMap(TensorCheck::name, TensorCheck::verdict));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theGradientsOfEveryBlockPass(Block block) {
        Map<String, Verdict> verdicts = verdicts(block, "vector");
        assertThat(verdicts).doesNotContainValue(Verdict.WRONG).containsEntry("x", Verdict.OK);
        long unclear =
                verdicts.values().stream().filter(v -> v == Verdict.UNCLEAR).count();
        assertThat(unclear).as("unclear in " + verdicts).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("someForms")
    void anyEngineCanBeChecked(Block block) {
        assertThat(verdicts(block, "java")).doesNotContainValue(Verdict.WRONG).containsEntry("x", Verdict.OK);
    }

    @Test
    void exactlyZeroGradientsAreDistinguishedFromOthers() {
        assertThat(verdicts(new Snl(7), "vector"))
                .containsEntry("conv_mask.bias", Verdict.ZERO)
                .containsEntry("conv_mask.weight", Verdict.OK);
        assertThat(verdicts(NonLocal.of(6), "vector"))
                .containsEntry("phi.conv.bias", Verdict.ZERO)
                .containsEntry("theta.conv.bias", Verdict.OK);
    }

    @ParameterizedTest
    @MethodSource("someForms")
    void exactlyTheWrongGradientsAreFound(Block block) {
        UnaryOperator<Tensor> negated = t -> scaled(t, -1);
        UnaryOperator<Tensor> twentiethMore = t -> scaled(t, 1.05f);
        UnaryOperator<Tensor> forgotten = t -> scaled(t, 0);
        UnaryOperator<Tensor> broken = t -> scaled(t, Float.NaN);
        Model model = Model.random(block, 1);
        try (ModelFunction f = new ModelFunction(model, Engines.find("vector"), input(block), Model.UNLIMITED)) {
            Map<String, Verdict> right = verdicts(CHECK.of(f));
            for (UnaryOperator<Tensor> mistake : List.of(negated, twentiethMore, forgotten, broken)) {
                for (String name : f.point().keySet()) {
                    if (right.get(name) == Verdict.OK) {
                        Map<String, Verdict> expected = new LinkedHashMap<>(right);
                        expected.put(name, Verdict.WRONG);
                        assertThat(verdicts(CHECK.of(mistaken(f, name, mistake))))
                                .as("with a mistake in %s", name)
                                .containsExactlyInAnyOrderEntriesOf(expected);
                    }
                }
            }
        }
    }

    @Test
    void wrongZerosAndWrongNonZerosAreFound() {
        Model model = Model.random(new Snl(7), 1);
        try (ModelFunction f =
                new ModelFunction(model, Engines.find("vector"), input(model.block()), Model.UNLIMITED)) {
            Differentiable added = mistaken(f, "conv_mask.bias", t -> Tensor.of(new float[] {0.01f}, 1));
            assertThat(verdicts(CHECK.of(added))).containsEntry("conv_mask.bias", Verdict.WRONG);
        }
    }

    @Test
    void aTransposedGradientIsFound() {
        Model model = Model.random(new Snl(7), 1);
        try (ModelFunction f =
                new ModelFunction(model, Engines.find("vector"), input(model.block()), Model.UNLIMITED)) {
            Differentiable transposed = mistaken(f, "conv_value.weight", t -> {
                float[] turned = new float[49];
                for (int i = 0; i < 49; i++) {
                    turned[i] = t.get((i % 7) * 7L + i / 7);
                }
                return Tensor.of(turned, t.shape());
            });
            assertThat(verdicts(CHECK.of(transposed))).containsEntry("conv_value.weight", Verdict.WRONG);
        }
    }

    @Test
    void checkingLeavesTheModelAsItWas() {
        Model model = Model.random(new Snl(7), 1);
        Tensor x = input(model.block());
        try (ModelFunction f = new ModelFunction(model, Engines.find("java"), x, Model.UNLIMITED)) {
            List<TensorCheck> first = CHECK.of(f);
            assertThat(CHECK.of(f)).isEqualTo(first);
            assertThat(f.outputAt("x", x)).isEqualTo(model.apply(Engines.find("java"), x));
        }
        assertThat(model).isEqualTo(new Model(model.block(), model.weights()));
        assertThat(x).isEqualTo(input(model.block()));
    }

    @Test
    void invalidSettingsAreRefused() {
        assertThatThrownBy(() -> new GradientCheck(0, 0.01, 1)).hasMessageContaining("directions");
        assertThatThrownBy(() -> new GradientCheck(1, 0, 1)).hasMessageContaining("tolerance");
    }

    private static Tensor scaled(Tensor t, float factor) {
        float[] values = t.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.of(values, t.shape());
    }

    /** The same function with one gradient changed. */
    private static Differentiable mistaken(Differentiable f, String name, UnaryOperator<Tensor> mistake) {
        return new Differentiable() {
            @Override
            public SequencedMap<String, Tensor> point() {
                return f.point();
            }

            @Override
            public Tensor outputAt(String moved, Tensor value) {
                return f.outputAt(moved, value);
            }

            @Override
            public SequencedMap<String, Tensor> gradients(Tensor u) {
                SequencedMap<String, Tensor> all = new LinkedHashMap<>(f.gradients(u));
                all.computeIfPresent(name, (n, t) -> mistake.apply(t));
                return all;
            }
        };
    }
}
