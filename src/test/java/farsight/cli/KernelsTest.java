package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kernels}, {@code devices} and {@code doctor} without a device. */
class KernelsTest {

    @TempDir
    private Path folder;

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @Test
    void withoutADeviceOnlyJavaIsShownWithANote() {
        Cli.Result result = Cli.run("kernels", "--block", "gc", "--channels", "16", "--device", "java")
                .succeeds();
        assertThat(result.out())
                .contains("Java alone", "public static void projectWithBias(", "for (@Parallel int r = 0;")
                .contains("farsight.kernel.MatMulKernels, called 3 times: t0_project")
                .doesNotContain("__kernel");
    }

    @Test
    void oneKernelCanBeSelectedAndAnUnknownOneListsTheOthers() {
        JsonNode d = json(Cli.run(
                "kernels", "--block", "snl", "--device", "java", "--kernel", "softmaxPositionsApply", "--json"));
        assertThat(d.get("kernels").findValuesAsString("method")).containsExactly("softmaxPositionsApply");
        assertThat(d.get("kernels").get(0).has("code")).isFalse();
        Cli.run("kernels", "--block", "snl", "--kernel", "softmax")
                .isBadInput("no kernel 'softmax'", "softmaxPositionsApply", "forward pass");
    }

    @Test
    void backwardHasKernelsOfItsOwn() {
        JsonNode both = json(Cli.run("kernels", "--block", "se", "--device", "java", "--pass", "both", "--json"));
        JsonNode forward = json(Cli.run("kernels", "--block", "se", "--device", "java", "--json"));
        assertThat(both.get("kernels").findValuesAsString("method"))
                .containsAll(forward.get("kernels").findValuesAsString("method"))
                .contains("sigmoidGradient");
    }

    @Test
    void filesAreWrittenOneForEachKernel() throws IOException {
        Path output = folder.resolve("kernels");
        Cli.run("kernels", "--block", "snl", "--device", "java", "--n", "500000", "--output", output)
                .succeeds();
        assertThat(Files.readString(output.resolve("softmaxPositionsApply.java")))
                .startsWith("// farsight.kernel.SoftmaxKernels, called once")
                .contains("y = exp(x − m) / s");
        try (var files = Files.list(output)) {
            assertThat(files).allSatisfy(f -> assertThat(f.toString()).endsWith(".java"));
        }
    }

    @Test
    void mistakesAreReportedInOneLine() {
        Cli.run("kernels").isBadInput("--spec or --block");
        Cli.run("kernels", "--block", "snl", "--device", "opencl:99").isBadInput("no device 'opencl:99'", "java");
        Cli.run("kernels", "--block", "snl", "--pass", "each").isBadInput("--pass", "none of forward, both");
        Cli.run("kernels", "--block", "snl", "--batch", "0").isBadInput("--batch", "at least 1");
        Cli.run("kernels", "--block", "snl", "--n", "9000000000").isBadInput("too large");
        Cli.run("devices", "--n", "100").isBadInput("--block or --spec");
    }

    @Test
    void devicesShowsWhichDevicesABlockFits() {
        assertThat(Cli.run("devices", "--block", "gc", "--n", "64").succeeds().out())
                .contains("forward and backward", "fits");
        JsonNode d = json(Cli.run("devices", "--block", "nonlocal", "--n", "500x500", "--pass", "forward", "--json"));
        d.get("devices").forEach(device -> {
            assertThat(device.get("fits").booleanValue()).isFalse();
            assertThat(device.get("refusal").stringValue()).contains("250000");
            assertThat(device.get("predictedBytes").longValue()).isGreaterThan(250_000_000_000L);
        });
    }

    @Test
    void doctorFindsTheEnginesOfTheJvmUsable() {
        Cli.Result text = Cli.run("doctor");
        assertThat(text.out()).contains("ok ", "Vector API", "a small product is right", "blocks run on vector, java");
        Cli.Result result = Cli.run("doctor", "--json");
        JsonNode d = JsonMapper.shared().readTree(result.out());
        assertThat(d.get("usable").valueStream().map(JsonNode::stringValue)).contains("vector", "java");
        assertThat(result.code()).isEqualTo(d.get("healthy").booleanValue() ? ExitCode.DONE : ExitCode.FAILED);
    }
}
