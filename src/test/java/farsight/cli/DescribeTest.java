package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Successful runs of {@code describe}. */
class DescribeTest {

    static final List<String> KINDS = BlockSpec.kinds();

    @TempDir
    private Path folder;

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void describeKnowsEveryBlockAtHalfAMillionPositions(String kind) {
        List<String> args = List.of(
                "describe",
                "--spec",
                BlockSpec.write(NamedBlock.of(kind).orElseThrow().block(64, 100)),
                "--n",
                "500000");
        assertThat(Cli.run(args.toArray()).succeeds().out()).contains("all parameters", "1.00 TB", kind);
    }

    @Test
    void describeAsJsonAddsUp() {
        JsonNode d = json(Cli.run(
                "describe", "--block", "latentgnn", "--d", "100,50", "--n", "500x500", "--batch", "2", "--json"));
        assertThat(d.get("positions").longValue()).isEqualTo(250_000);
        assertThat(d.get("affinityBytes").longValue()).isEqualTo(2 * 4L * 250_000 * 250_000);
        long elements = 0;
        for (JsonNode p : d.get("parameters")) {
            elements += p.get("elements").longValue();
        }
        assertThat(d.get("parameterElements").longValue()).isEqualTo(elements);
        for (String pass : List.of("forward", "both")) {
            JsonNode p = d.get("passes").get(pass);
            long parts = 0;
            for (String part : List.of("inputBytes", "parameterBytes", "outputBytes", "intermediateBytes")) {
                parts += p.get(part).longValue();
            }
            assertThat(p.get("predictedBytes").longValue()).isEqualTo(parts);
            assertThat(p.get("parameterBytes").longValue()).isEqualTo(4 * elements);
            assertThat(p.get("unsharedBytes").longValue()).isGreaterThan(parts);
        }
    }

    @Test
    void theGridThatAPlainNumberBecameIsToldWhereTheBlockDependsOnIt() {
        assertThat(Cli.run("describe", "--block", "crisscross", "--n", "35").err())
                .isEqualToIgnoringNewLines("farsight: 35 positions as 5 x 7");
        assertThat(Cli.run("describe", "--block", "crisscross", "--n", "5x7").err())
                .isEmpty();
        assertThat(Cli.run("describe", "--block", "se", "--n", "35").err()).isEmpty();
    }

    /** Whole numbers of as many bytes, under a block's names and in its shapes. */
    @Test
    void integerTensorsAreNotABlock(@TempDir Path folder) throws IOException {
        String floats = Files.readString(Cli.golden("se").resolve("weights.safetensors"), StandardCharsets.ISO_8859_1);
        Path file = Files.writeString(
                folder.resolve("w.safetensors"), floats.replace("\"F32\"", "\"I32\""), StandardCharsets.ISO_8859_1);
        Cli.run("describe", "--weights", file).isBadInput("has dtype I32, expected F32, F16 or BF16");
    }

    @Test
    void describeGuessesTheBlockFromItsTensors() {
        Path weights = Cli.golden("nonlocal-embedded-gaussian").resolve("weights.safetensors");
        Cli.Result result = Cli.run("describe", "--weights", weights).succeeds();
        assertThat(result.out())
                .startsWith("{\"block\":\"nonlocal\"")
                .contains("no prefix", "left open by them", "scale", "dot_product", "all parameters");
        JsonNode d = json(Cli.run("describe", "--weights", weights, "--json"));
        assertThat(d.get("guess").get("open").findValuesAsString("field"))
                .containsExactly("block", "mode", "scale", "attention");
        Cli.run("describe", "--weights", Cli.golden("se").resolve("input.safetensors"))
                .isBadInput("holds no block", "looked for", "conv_mask.weight");
        Cli.run("describe", "--weights", weights, "--channels", "8").isBadInput("no block given");
    }

    @Test
    void describeListsTheBlocksOfANetwork() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        for (String name : List.of("gc-att-add", "snl", "latentgnn-symmetric")) {
            Safetensors.read(Cli.golden(name).resolve("weights.safetensors"))
                    .forEach((n, t) -> network.put("backbone." + name + "." + n, t));
        }
        Path file = folder.resolve("net.safetensors");
        Safetensors.write(file, network, Map.of());
        assertThat(Cli.run("describe", "--weights", file).succeeds().out())
                .contains("backbone.gc-att-add. ", "{\"block\":\"gc\"", "backbone.snl. ", "3 blocks in");
        JsonNode blocks = json(Cli.run("describe", "--weights", file, "--json")).get("blocks");
        assertThat(blocks.findValuesAsString("prefix"))
                .containsExactly("backbone.gc-att-add.", "backbone.latentgnn-symmetric.", "backbone.snl.");
        assertThat(Cli.run("describe", "--weights", file, "--prefix", "backbone.snl")
                        .succeeds()
                        .out())
                .startsWith("{\"block\":\"snl\"");
    }

    @Test
    void describeReportsPassesThatDoNotFit() {
        JsonNode d = json(Cli.run("describe", "--block", "nonlocal", "--n", "250000", "--json"));
        assertThat(d.get("passes").get("forward").get("fits").booleanValue()).isFalse();
        assertThat(d.get("passes").get("forward").get("refusal").stringValue()).contains("250000");
        assertThat(Cli.run("describe", "--block", "gc", "--memory", "1MB")
                        .succeeds()
                        .out())
                .contains("refused", "the budget is 1.00 MB");
    }

    @Test
    void aSpecMayBeGivenAsJsonOrByItsFields() {
        JsonNode written =
                json(Cli.run("describe", "--spec", "{\"block\":\"gc\",\"channels\":8,\"ratio\":0.5}", "--json"));
        JsonNode fields = json(Cli.run("describe", "--block", "gc", "--channels", "8", "--set", "ratio=0.5", "--json"));
        assertThat(fields.get("spec")).isEqualTo(written.get("spec"));
        JsonNode words = json(Cli.run(
                "describe", "--block", "gc", "--set", "pooling=avg", "--set", "fusion=[\"channel_mul\"]", "--json"));
        assertThat(words.get("spec").get("pooling").stringValue()).isEqualTo("avg");
        assertThat(words.get("spec").get("fusion").get(0).stringValue()).isEqualTo("channel_mul");
    }

    @Test
    void describeHasOneStyleOfNumbers() {
        assertThat(Description.threeDigits(960)).isEqualTo("960");
        assertThat(Description.threeDigits(1111.1)).isEqualTo("1,110");
        assertThat(Description.threeDigits(999.6)).isEqualTo("1,000");
        assertThat(Description.threeDigits(9_223_456)).isEqualTo("9,220,000");
        assertThat(Description.threeDigits(1.8)).isEqualTo("1.80");
        assertThat(Description.threeDigits(0.00001234)).isEqualTo("0.0000123");
        assertThat(Cli.run("describe", "--block", "gc", "--n", "500x500")
                        .succeeds()
                        .out())
                .doesNotContain("e+");
    }

    @Test
    void positionsHaveTheAxesOfTheSpec() {
        String video = "{\"block\":\"nonlocal\",\"channels\":8,\"grid\":\"3d\",\"subSample\":true}";
        String line = video.replace("3d", "1d");
        JsonNode d = json(Cli.run("describe", "--spec", video, "--n", "8x28x30", "--json"));
        assertThat(d.get("positions").longValue()).isEqualTo(8 * 28 * 30);
        assertThat(d.get("parameters").get(0).get("shape").size()).isEqualTo(5);
        // A plain number is one frame.
        assertThat(json(Cli.run("describe", "--spec", video, "--n", "900", "--json"))
                        .get("positions")
                        .longValue())
                .isEqualTo(900);
        assertThat(json(Cli.run("describe", "--spec", line, "--n", "901", "--json"))
                        .get("positions")
                        .longValue())
                .isEqualTo(901);
        Cli.run("describe", "--spec", video, "--n", "28x30")
                .isBadInput("expects [batch, channels, time, height, width]", "--n 8x28x28, not 28x30");
        Cli.run("describe", "--spec", line, "--n", "28x30")
                .isBadInput("expects [batch, channels, positions]", "--n 4096, not 28x30");
        Cli.run("describe", "--block", "snl", "--channels", "8", "--n", "2x28x30")
                .isBadInput("expects [batch, channels, height, width] or", "not 2x28x30");
        Cli.run("describe", "--block", "snl", "--channels", "8", "--n", "2x3x4x5")
                .isBadInput("2x3x4x5");
    }
}
