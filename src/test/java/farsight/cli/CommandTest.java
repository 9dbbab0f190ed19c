package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Successful runs of commands without their own test class. */
class CommandTest {

    @TempDir
    private Path folder;

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices",
                "describe",
                "apply",
                "gradient",
                "check",
                "inspect",
                "train",
                "evaluate",
                "completion",
                "doctor",
                "kernels"
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

    @Test
    void aBottleneckOfOneChannelGivesAWarning() {
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
    void missingFiguresAreNull() {
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
