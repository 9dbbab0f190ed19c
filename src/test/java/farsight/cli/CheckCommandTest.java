package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.block.Snl;
import farsight.check.Direction;
import farsight.check.GradientCheck;
import farsight.check.Slope;
import farsight.check.TensorCheck;
import farsight.check.Verdict;
import farsight.cli.output.ExitCode;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

class CheckCommandTest {

    static final List<String> KINDS = BlockSpec.kinds();

    private static final Path CASE = Cli.golden("gc-att-add");

    @TempDir
    private Path folder;

    private static Cli.Result check(Object... args) {
        List<Object> all = new ArrayList<>(List.of("check"));
        all.addAll(Arrays.asList(args));
        return Cli.run(all.toArray());
    }

    private static List<String> named(JsonNode report, String verdict) {
        List<String> names = new ArrayList<>();
        for (JsonNode t : report.get("tensors")) {
            if (t.get("verdict").stringValue().equals(verdict)) {
                names.add(t.get("name").stringValue());
            }
        }
        return names;
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyBlockIsCheckedWithoutAFile(String kind) {
        String spec = BlockSpec.write(NamedBlock.of(kind).orElseThrow().block(16, 3));
        Cli.Result result = check("--spec", spec).succeeds();
        assertThat(result.out()).contains("gradient of", "ok", "0 wrong", "x [2, 16, 4, 6] on vector");
        assertThat(result.err()).contains("random weights of seed 1", "gates and last layers are random here");
    }

    @Test
    void aCheckpointIsCheckedOnItsInput() {
        Cli.Result result = check(
                "--spec",
                CASE.resolve("block.json"),
                "--weights",
                CASE.resolve("weights.safetensors"),
                "--input",
                CASE.resolve("input.safetensors"),
                "--device",
                "java",
                "--directions",
                "3",
                "--json");
        JsonNode report = JsonMapper.shared().readTree(result.succeeds().out());
        assertThat(named(report, "zero")).containsExactly("conv_mask.bias");
        assertThat(named(report, "wrong")).isEmpty();
        assertThat(named(report, "ok")).contains("x", "channel_add_conv.0.weight");
        assertThat(report.get("shape").toString()).isEqualTo("[2,16,5,6]");
        assertThat(report.get("tensors").get(0).get("directions").size()).isEqualTo(3);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void zeroGatesGiveAWarning() {
        SequencedMap<String, Tensor> weights = Safetensors.read(CASE.resolve("weights.safetensors"));
        weights.put("channel_add_conv.3.weight", Tensor.allocate(16, 4, 1, 1));
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(file, weights, Map.of());
        Cli.Result result = check("--spec", CASE.resolve("block.json"), "--weights", file);
        assertThat(result.succeeds().err()).contains("warning: channel_add_conv.3.weight is 0");
        assertThat(result.out()).contains("channel_add_conv.0.weight", "zero: exactly 0");
    }

    @Test
    void aWrongGradientIsNamed() {
        Slope one = new Slope(1, 1e-4, 0.01, 1e-5);
        CheckReport report = new CheckReport(
                new Snl(4),
                "java",
                new long[] {1, 4, 2, 2},
                new GradientCheck(1, 0.01, 1),
                List.of(
                        new TensorCheck("x", 16, Verdict.OK, List.of(new Direction(1, one))),
                        new TensorCheck("conv_mask.weight", 4, Verdict.WRONG, List.of(new Direction(2, one)))));
        assertThat(report.wrong()).containsExactly("conv_mask.weight");
        assertThat(report.passes()).isFalse();
    }

    @Test
    void nonFiniteFeaturesAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            Path file = folder.resolve("x.safetensors");
            Safetensors.write(
                    file, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1, 2, bad, 4}, 1, 2, 2))), Map.of());
            check("--block", "snl", "--channels", "2", "--input", file)
                    .isBadInput("x.safetensors", "1 NaN or infinite values");
        }
    }

    @Test
    void aCheckThatShowsNothingFails() {
        SequencedMap<String, Tensor> weights = Safetensors.read(CASE.resolve("weights.safetensors"));
        weights.replaceAll((name, t) -> {
            float[] broken = new float[(int) t.elements()];
            Arrays.fill(broken, Float.NaN);
            return Tensor.of(broken, t.shape());
        });
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(file, weights, Map.of());
        Cli.Result result = check("--spec", CASE.resolve("block.json"), "--weights", file);
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("shows nothing");
        assertThat(result.out()).contains("0 ok");
    }

    @Test
    void badUsageIsOneLine() {
        check("--block", "gc", "--directions", "0").isBadInput("--directions", "at least 1");
        check("--block", "gc", "--tolerance", "0").isBadInput("--tolerance", "above 0");
        check("--block", "gc", "--batch", "0").isBadInput("--batch", "at least 1");
        check("--block", "gc", "--n", "none").isBadInput("--n", "none");
        check("--block", "gc", "--channels", "16", "--input", CASE.resolve("input.safetensors"), "--n", "4")
                .isBadInput("--n and --batch", "--input");
        check("--block", "gc", "--size", "4x4").isBadInput("--size", "--input", "--n");
        check("--block", "gc", "--positions", "16").isBadInput("--positions", "--input", "--n");
        check("--block", "gc", "--memory", "1kB").fails(ExitCode.REFUSED, "the budget is 1.00 kB");
        check("--block", "gc", "--device", "gpu").isBadInput("gpu", "vector, java");
    }

    @Test
    void sequencesAndVideosAreChecked() {
        String line = "{\"block\":\"nonlocal\",\"channels\":8,\"grid\":\"1d\",\"subSample\":true}";
        assertThat(check("--spec", line).succeeds().out()).contains("0 wrong", "x [2, 8, 24]");
        String video = line.replace("1d", "3d");
        assertThat(check("--spec", video).succeeds().out()).contains("0 wrong", "x [2, 8, 2, 4, 6]");
        assertThat(check("--spec", video, "--n", "3x4x5").succeeds().out()).contains("0 wrong", "x [2, 8, 3, 4, 5]");
        check("--spec", video, "--n", "4x5").isBadInput("expects [batch, channels, time, height, width]");
    }
}
