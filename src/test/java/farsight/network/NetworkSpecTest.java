package farsight.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.BlockSpec;
import farsight.block.Parameter;
import farsight.block.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSpecTest {

    private static final String EVERYTHING = """
            {"network": "sequential", "input": [3, 12, 10], "layers": [
              {"layer": "conv", "name": "conv_1.0", "out": 8, "kernel": [3, 5], "stride": [1, 2], "padding": [1, 2]},
              {"layer": "batchnorm", "name": "conv_1.1", "eps": 1e-3, "momentum": 0.2, "init": "zero"},
              {"layer": "relu"},
              {"layer": "maxpool", "kernel": 3, "stride": 2, "padding": 1},
              {"layer": "residual", "name": "res", "branch": [
                {"layer": "conv", "name": "dw", "out": 8, "kernel": 3, "padding": 2, "dilation": 2, "groups": 8,
                 "bias": false, "init": "he"}]},
              {"layer": "block", "name": "gc", "spec": {"block": "gc", "channels": 8, "ratio": 0.25}},
              {"layer": "concat", "name": "cat", "branches": [[], [
                {"layer": "conv", "name": "one", "out": 4, "kernel": 1}]]},
              {"layer": "upsample", "scale": 2, "mode": "bilinear"},
              {"layer": "avgpool", "kernel": 2},
              {"layer": "dropout", "p": 0.1},
              {"layer": "avgpool"}, {"layer": "flatten"},
              {"layer": "linear", "name": "fc", "out": 5, "init": "zero"}],
             "loss": {"type": "cross_entropy", "ignore_label": -1, "class_weights": [1, 2, 3, 4, 5]},
             "optimizer": {"type": "adamw", "lr": 0.01, "schedule": {"type": "cosine", "warmup": 10},
                           "clip_norm": 1.5}}
            """;

    @Test
    void whatIsWrittenReadsBackTheSame() {
        Network network = NetworkSpec.parse(EVERYTHING);
        assertThat(NetworkSpec.parse(NetworkSpec.write(network))).isEqualTo(network);
    }

    @Test
    void shapesFollowPyTorchsFormulas() {
        Network network = NetworkSpec.parse(EVERYTHING);
        List<String> shapes = new ArrayList<>();
        network.layers()
                .walk(
                        network.input(),
                        (_, layer, _, in) -> shapes.add(layer.out(in).toString()));
        assertThat(shapes)
                .containsExactly(
                        "[8, 12, 5]",
                        "[8, 12, 5]",
                        "[8, 12, 5]",
                        "[8, 6, 3]",
                        "[8, 6, 3]",
                        "[8, 6, 3]",
                        "[12, 6, 3]",
                        "[12, 12, 6]",
                        "[12, 6, 3]",
                        "[12, 6, 3]",
                        "[12, 1, 1]",
                        "[12]",
                        "[5]");
    }

    @Test
    void parametersHavePyTorchsNamesAndShapes() {
        Network network = NetworkSpec.parse(EVERYTHING);
        assertThat(network.parameters().stream().map(p -> p.name() + " " + p.fileShape()))
                .contains(
                        "conv_1.0.weight [8, 3, 3, 5]",
                        "conv_1.0.bias [8]",
                        "conv_1.1.weight [8]",
                        "res.branch.dw.weight [8, 1, 3, 3]",
                        "gc.conv_mask.weight [1, 8, 1, 1]",
                        "cat.branches.1.one.weight [4, 8, 1, 1]",
                        "fc.weight [5, 12]",
                        "fc.bias [5]");
        assertThat(network.statistics().stream().map(s -> s.name() + " " + s.share()))
                .containsExactly("conv_1.1.running_mean 0.2", "conv_1.1.running_var 0.2");
        assertThat(network.parameters().stream().filter(p -> p.name().equals("conv_1.0.bias")))
                .extracting(Parameter::fanIn)
                .containsExactly(45L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"layer\": \"convv\"} | layer 1: field \"layer\" is \"convv\"",
                "{\"layer\": \"conv\", \"out\": 4, \"kernel\": 3} | layer 1: field \"name\" is missing",
                "{\"layer\": \"conv\", \"name\": \"a\", \"kernel\": 3} | layer 1 (a): field \"out\" is missing",
                "{\"layer\": \"conv\", \"name\": \"a\", \"out\": 4} | layer 1 (a): field \"kernel\" is missing",
                "{\"layer\": \"conv\", \"name\": \"a\", \"out\": 4, \"kernel\": 0} | layer 1 (a): field \"kernel\" is 0",
                "{\"layer\": \"conv\", \"name\": \"a\", \"out\": 4, \"kernel\": 9} | layer 1 (conv a): a window of 9 does not fit",
                "{\"layer\": \"conv\", \"name\": \"a\", \"out\": 4, \"kernel\": 3, \"groups\": 2} | groups is 2",
                "{\"layer\": \"conv\", \"name\": \"a\", \"out\": 4, \"kernel\": 3, \"pad\": 2} | unknown field \"pad\"",
                "{\"layer\": \"linear\", \"name\": \"a\", \"out\": 4} | put flatten before it",
                "{\"layer\": \"maxpool\", \"kernel\": 2, \"padding\": 2} | padding is 2",
                "{\"layer\": \"dropout\", \"p\": 1.5} | p is 1.5",
                "{\"layer\": \"block\", \"name\": \"b\", \"spec\": {\"block\": \"gc\", \"channels\": 4, \"ratio\": 0.5}} | has 4 channels, and [3, 8, 8] comes in",
                "{\"layer\": \"residual\", \"name\": \"r\", \"branch\": [{\"layer\": \"avgpool\"}]} | branch gives [3, 1, 1], shortcut [3, 8, 8]",
                "{\"layer\": \"conv\", \"name\": \"optimizer.a\", \"out\": 4, \"kernel\": 3} | not begin with optimizer",
                "{\"layer\": \"conv\", \"name\": \"a#2\", \"out\": 4, \"kernel\": 3} | it must be letters",
                "{\"layer\": \"upsample\", \"scale\": 2147483647}, {\"layer\": \"upsample\", \"scale\": 2147483647}, {\"layer\": \"upsample\", \"scale\": 2147483647} | layer 2 (upsample): its extents are more than a long can count",
                "{\"layer\": \"relu\", \"name\": \"r\"} | unknown field \"name\"",
                "{\"layer\": \"residual\", \"name\": \"r\"} | layer 1 (r): field \"branch\" is missing",
                "{\"layer\": \"batchnorm\", \"name\": \"b\", \"eps\": 1e-60} | eps is 1.0E-60, which float32 holds only as 0.0",
                "{\"layer\": \"dropout\", \"p\": 1e-60} | p is 1.0E-60, which float32 holds only as 0.0",
                "{\"layer\": \"concat\", \"name\": \"c\", \"branches\": [[], {\"a\": 1}]} | (c): branch 1: field \"branches\" has an entry that is no list",
                "{\"layer\": \"concat\", \"name\": \"c\", \"branches\": [[1]]} | (c): branch 0: field \"branches\" has an entry that is no layer",
            })
    void aWrongLayerIsOneLineThatNamesItAndTheField(String layer, String expected) {
        String spec = "{\"network\": \"sequential\", \"input\": [3, 8, 8], \"layers\": [" + layer + "]}";
        assertThatThrownBy(() -> NetworkSpec.parse(spec))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0, 0] | class_weights are all 0, so no label counts; at least one must be above 0",
                "[] | field \"class_weights\" is []; it must be a list of numbers, one per class",
                "[1, -1] | each must be at least 0",
            })
    void classWeightsUnderWhichNothingCountsAreRefused(String weights, String expected) {
        assertThatThrownBy(() -> NetworkSpec.parse(training("\"class_weights\": " + weights, "")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"eps\": 1e-60 | field \"optimizer\": eps is 1.0E-60, which float32 holds only as 0.0",
                "\"lr\": 1e60 | lr is 1.0E60, which float32 holds only as Infinity",
                "\"weight_decay\": 1e-60 | weight_decay is 1.0E-60",
                "\"clip_norm\": 1e-60 | clip_norm is 1.0E-60",
                "\"betas\": [0.9, 0.9999999999] | in float32, below 1",
                "\"schedule\": {\"type\": \"step\"} | field \"optimizer\": schedule: field \"every\" is missing",
            })
    void anOptimizersFaultHasItsPlace(String optimizer, String expected) {
        assertThatThrownBy(() -> NetworkSpec.parse(training("", optimizer)))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void whatIsNoNetworksSpecIsToldWhatOneIs() {
        String network = "{\"network\": \"sequential\", ";
        assertThatThrownBy(() -> NetworkSpec.parse("[]")).hasMessageContaining(network);
        assertThatThrownBy(() -> NetworkSpec.parse("{\"block\": \"gc\", \"channels\": 64}"))
                .hasMessageStartingWith("this is a block's spec")
                .hasMessageContaining(network);
        for (String part : List.of("loss", "optimizer")) {
            String spec =
                    network + "\"input\": [3], \"layers\": [{\"layer\": \"relu\"}], \"%s\": null}".formatted(part);
            assertThatThrownBy(() -> NetworkSpec.parse(spec))
                    .hasMessageStartingWith("field \"%s\" is null".formatted(part));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,all | a,all are places of a stage and of others; expected all, last, or names of layers",
                "last,all | last,all are places of a stage",
                "a,a | the place a is there twice",
                "a,,b | a place is empty",
                "a, | a place is empty",
            })
    void placesThatMeanTwoThingsAreRefused(String places, String expected) {
        assertThatThrownBy(() -> Insertion.parse(places))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(expected);
    }

    private static String training(String loss, String optimizer) {
        return """
                {"network": "sequential", "input": [3], "layers": [{"layer": "linear", "name": "a", "out": 2}],
                 "loss": {"type": "cross_entropy"%s}, "optimizer": {"type": "adam"%s}}
                """.formatted(loss.isEmpty() ? "" : ", " + loss, optimizer.isEmpty() ? "" : ", " + optimizer);
    }

    @Test
    void aBlockGoesAfterEveryStageTheLastOrANamedLayer() {
        Network network = NetworkSpec.parse("""
                {"network": "sequential", "input": [3, 16, 16], "layers": [
                  {"layer": "conv", "name": "stem", "out": 4, "kernel": 3, "padding": 1}, {"layer": "relu"},
                  {"layer": "conv", "name": "down", "out": 6, "kernel": 3, "stride": 2, "padding": 1}, {"layer": "relu"},
                  {"layer": "residual", "name": "res", "branch": [
                    {"layer": "conv", "name": "a", "out": 6, "kernel": 1}]},
                  {"layer": "avgpool"}, {"layer": "flatten"}, {"layer": "linear", "name": "fc", "out": 2}]}
                """);
        Insertion.Maker se = channels ->
                BlockSpec.parse("{\"block\": \"se\", \"channels\": %d, \"reduction\": 2}".formatted(channels));
        assertThat(paths(Insertion.parse("all").into(network, se)))
                .containsExactly("stem", "", "se1", "down", "", "res", "se2", "", "", "fc");
        assertThat(paths(Insertion.parse("last").into(network, se)))
                .containsExactly("stem", "", "down", "", "res", "se1", "", "", "fc");
        assertThat(paths(Insertion.parse("stem,down").into(network, se)))
                .containsExactly("stem", "se1", "", "down", "se2", "", "res", "", "", "fc");
        assertThat(Insertion.parse("res.branch.a").into(network, se).parameters())
                .extracting(Parameter::name)
                .contains("res.branch.se1.fc1.weight");
        assertThatThrownBy(() -> Insertion.parse("stm").into(network, se))
                .hasMessageContaining("no layer \"stm\"")
                .hasMessageContaining("stem");
    }

    @Test
    void theHeadOfADenseNetworkGetsNoBlockAfterIt() {
        Network network = NetworkSpec.parse("""
                {"network": "sequential", "input": [3, 16, 16], "layers": [
                  {"layer": "conv", "name": "stem", "out": 4, "kernel": 3, "padding": 1}, {"layer": "relu"},
                  {"layer": "conv", "name": "head", "out": 2, "kernel": 1}]}
                """);
        Insertion.Maker se = channels ->
                BlockSpec.parse("{\"block\": \"se\", \"channels\": %d, \"reduction\": 2}".formatted(channels));
        assertThat(paths(Insertion.parse("all").into(network, se))).containsExactly("stem", "", "se1", "head");
    }

    private static List<String> paths(Network network) {
        return network.layers().layers().stream().map(Layer::name).toList();
    }
}
