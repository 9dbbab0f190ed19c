package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockSpec;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands answer when all is well. */
class CommandTest {

    static final List<String> KINDS = BlockSpec.KINDS;

    @TempDir
    private Path folder;

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"devices", "describe", "apply", "gradient", "check", "inspect", "completion", "doctor", "kernels"
            })
    void everyCommandsHelpHasAnExample(String command) {
        Cli.Result result = Cli.run(command, "--help").succeeds();
        assertThat(result.out()).contains("Example:", "farsight " + command);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void versionNamesTheProgramAndJava() {
        assertThat(Cli.run("--version").succeeds().out())
                .startsWith("farsight ")
                .contains("Java ");
    }

    @Test
    void devicesListsTheEnginesOfTheJvm() {
        assertThat(Cli.run("devices").succeeds().out()).contains("vector", "java", "GB");
        JsonNode devices = json(Cli.run("devices", "--json")).get("devices");
        assertThat(devices.findValuesAsString("id")).contains("vector", "java");
        devices.forEach(d -> assertThat(d.get("memoryBytes").longValue()).isPositive());
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(Cli.run("completion").succeeds().out())
                .contains("complete -F", "describe", "doctor", "kernels", "latentgnn-talk");
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void describeKnowsEveryBlockAtHalfAMillionPositions(String kind) {
        List<String> args = List.of(
                "describe",
                "--spec",
                "{\"block\":\"%s\",\"channels\":64%s}".formatted(kind, dims(kind)),
                "--n",
                "500000");
        assertThat(Cli.run(args.toArray()).succeeds().out()).contains("all parameters", "1.00 TB", kind);
    }

    private static String dims(String kind) {
        return kind.startsWith("latentgnn") ? ",\"latentDims\":[100]" : "";
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
    void describeGuessesTheBlockFromItsTensors() {
        Path weights = Cli.golden("nonlocal-embedded-gaussian").resolve("weights.safetensors");
        Cli.Result result = Cli.run("describe", "--weights", weights).succeeds();
        assertThat(result.out())
                .startsWith("{\"block\":\"nonlocal\"")
                .contains("no prefix", "not told by them", "scale", "dot_product", "all parameters");
        JsonNode d = json(Cli.run("describe", "--weights", weights, "--json"));
        assertThat(d.get("guess").get("open").findValuesAsString("field"))
                .containsExactly("mode", "scale", "attention");
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
    void describeSaysWhatDoesNotFit() {
        JsonNode d = json(Cli.run("describe", "--block", "nonlocal", "--n", "250000", "--json"));
        assertThat(d.get("passes").get("forward").get("fits").booleanValue()).isFalse();
        assertThat(d.get("passes").get("forward").get("refusal").stringValue()).contains("250000");
        assertThat(Cli.run("describe", "--block", "gc", "--memory", "1MB")
                        .succeeds()
                        .out())
                .contains("refused", "the budget is 1.00 MB");
    }

    @Test
    void runsCountTheBytesThatDescribePredicts() {
        Path golden = Cli.golden("latentgnn-mixture");
        JsonNode run = json(Cli.run(
                "gradient",
                "--spec",
                golden.resolve("block.json"),
                "--weights",
                golden.resolve("weights.safetensors"),
                "--input",
                golden.resolve("input.safetensors"),
                "--upstream",
                golden.resolve("upstream.safetensors"),
                "--output",
                folder.resolve("g.safetensors"),
                "--json"));
        JsonNode described = json(Cli.run(
                "describe",
                "--spec",
                golden.resolve("block.json"),
                "--n",
                run.get("positions"),
                "--batch",
                run.get("shape").get(0),
                "--json"));
        assertThat(run.get("bytes"))
                .isEqualTo(described.get("passes").get("both").get("predictedBytes"));
    }

    @Test
    void applyWithoutWeightsSaysSoAndDependsOnTheSeedAlone() throws IOException {
        Path x = folder.resolve("x.safetensors");
        Safetensors.write(
                x, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3))), Map.of());
        Path[] y = new Path[3];
        for (int i = 0; i < 3; i++) {
            y[i] = folder.resolve("y" + i + ".safetensors");
            Cli.Result result = Cli.run(
                    "apply", "--block", "dense", "--channels", "2", "--seed", i / 2, "--input", x, "--output", y[i]);
            assertThat(result.succeeds().err())
                    .isEqualToIgnoringNewLines("farsight: no --weights given: random ones of seed " + i / 2);
        }
        assertThat(Safetensors.read(y[0]).get("y").shape()).containsExactly(1, 2, 3);
        assertThat(y[0]).hasSameBinaryContentAs(y[1]);
        assertThat(Files.mismatch(y[0], y[2])).isNotEqualTo(-1);
    }

    @Test
    void applyKeepsTheStatisticsOfNormsOverTheBatch() {
        Path golden = Cli.golden("latentgnn-batchnorm");
        Path statistics = folder.resolve("s.safetensors");
        Path weights = folder.resolve("w.safetensors");
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        Safetensors.read(golden.resolve("weights.safetensors")).forEach((name, t) -> network.put("net." + name, t));
        for (int batch = 1; batch <= 2; batch++) {
            Safetensors.write(weights, network, Map.of());
            Cli.run(
                            "apply",
                            "--spec",
                            golden.resolve("block.json"),
                            "--weights",
                            weights,
                            "--prefix",
                            "net",
                            "--input",
                            golden.resolve("input.safetensors"),
                            "--output",
                            folder.resolve("y.safetensors"),
                            "--statistics",
                            statistics)
                    .succeeds();
            network.putAll(Safetensors.read(statistics));
            assertThat(network.get("net.up_channel.1.num_batches_tracked")).isEqualTo(Tensor.of(new float[] {batch}));
        }
        assertThat(Safetensors.read(statistics).keySet())
                .contains("net.up_channel.1.running_mean", "net.LatentGNN_Kernel_0.psi_v2l.1.running_var")
                .hasSize(15);
        Cli.run(
                        "apply",
                        "--block",
                        "gc",
                        "--channels",
                        "12",
                        "--set",
                        "ratio=0.5",
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--output",
                        folder.resolve("y.safetensors"),
                        "--statistics",
                        statistics)
                .isBadInput("--statistics", "norm batch");
    }

    @Test
    void applyWarnsOfInputsThatAreNoNumbers() {
        Path x = folder.resolve("x.safetensors");
        float[] values = {1, Float.NaN, 3, Float.POSITIVE_INFINITY};
        Safetensors.write(x, new LinkedHashMap<>(Map.of("x", Tensor.of(values, 1, 2, 2))), Map.of());
        Cli.Result result = Cli.run(
                "apply",
                "--block",
                "snl",
                "--channels",
                "2",
                "--input",
                x,
                "--output",
                folder.resolve("y.safetensors"));
        assertThat(result.succeeds().err()).contains("warning", "2 values of 4", "NaN or infinite", x.toString());
    }

    @Test
    void applyLiftsAnImageToTheBlocksChannels() throws IOException {
        Path image = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Path y = folder.resolve("y.safetensors");

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y)
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 8, 12);

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--positions", "24")
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 4, 6);

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--size", "3x5")
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 5, 3);
    }

    @Test
    void applyLiftsAPointCloudToTheBlocksChannels() throws IOException {
        Path cloud = Files.writeString(folder.resolve("cloud.ply"), """
                ply
                format ascii 1.0
                element vertex 3
                property float x
                property float y
                property float z
                end_header
                0 0 1
                0 2 0
                3 0 0
                """);
        Path y = folder.resolve("y.safetensors");
        Cli.Result result = Cli.run("apply", "--block", "snl", "--channels", "8", "--input", cloud, "--output", y);
        assertThat(result.succeeds().err()).contains("3 points", "x, y, z", "8 channels");
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 8, 3);
        Cli.run("apply", "--block", "snl", "--input", cloud, "--output", y, "--positions", "2")
                .isBadInput("cloud.ply", "cannot be resized", "point cloud");
    }

    @Test
    void applyKeepsWhatJoinsPositionsToThePointsOfTheFile() throws IOException {
        Path cloud = Files.writeString(folder.resolve("labelled.ply"), """
                ply
                format ascii 1.0
                element vertex 4
                property float x
                property float y
                property float z
                property int label
                end_header
                0 0 1 7
                nan 0 0 8
                0 2 0 9
                3 0 0 70000
                """);
        Path y = folder.resolve("labelled.safetensors");
        Cli.run("apply", "--block", "snl", "--channels", "8", "--input", cloud, "--output", y)
                .succeeds();
        String text = Files.readString(y, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("\"label\":{\"dtype\":\"I32\",\"shape\":[3]", "\"place\":{\"dtype\":\"I32\"");
        ByteBuffer end = ByteBuffer.wrap(Files.readAllBytes(y)).order(ByteOrder.LITTLE_ENDIAN);
        IntBuffer numbers = end.position(end.limit() - 6 * Integer.BYTES).asIntBuffer();
        int[] all = new int[6];
        numbers.get(all);
        assertThat(all).containsExactly(7, 9, 70000, 0, 2, 3);
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
    void aBottleneckOfOneChannelIsToldOf() {
        assertThat(Cli.run("describe", "--block", "gc", "--channels", "16").err())
                .contains("bottleneck of 1 channel of 16", "does not depend on x");
        assertThat(Cli.run("describe", "--block", "gc", "--channels", "32").err())
                .isEmpty();
        assertThat(Cli.run(
                                "apply",
                                "--block",
                                "gc",
                                "--channels",
                                "16",
                                "--input",
                                Cli.golden("gc-att-add").resolve("input.safetensors"),
                                "--output",
                                folder.resolve("y.safetensors"))
                        .err())
                .contains("does not depend on x");
    }

    @Test
    void aFigureThatThereIsNoneOfIsNull() {
        JsonNode run = json(Cli.run(
                "apply",
                "--block",
                "snl",
                "--channels",
                "8",
                "--input",
                Cli.golden("snl").resolve("input.safetensors"),
                "--output",
                folder.resolve("y.safetensors"),
                "--json"));
        assertThat(run.get("kernelNanos").isNull()).isTrue();
        assertThat(run.get("compileNanos").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"describe --block gc", "describe --block gc --json", "devices", "completion", "--version"})
    void resultsThatCannotBeWrittenAreAFailure(String command) {
        StringWriter err = new StringWriter();
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int count) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(Main.run(new PrintWriter(full), new PrintWriter(err), command.split(" ")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).isEqualToIgnoringNewLines("farsight: cannot write to standard output");
    }

    @Test
    void stacktraceShowsWhereAnErrorArose() {
        Cli.Result result = Cli.run("describe", "--block", "nonlocal", "--n", "9000000000", "--stacktrace");
        assertThat(result.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(result.err()).contains("farsight: B = 1", "at farsight.model.Footprint");
    }
}
