package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs the command within the tests' process. */
final class Cli {

    private Cli() {}

    /** What a run left behind. */
    record Result(int code, String out, String err) {

        Result succeeds() {
            assertThat(code).as("exit code of a run that said: %s", err).isEqualTo(ExitCode.DONE);
            return this;
        }

        /** Bad input or usage, told in one line on stderr, with nothing on stdout. */
        void isBadInput(String... saying) {
            fails(ExitCode.BAD_INPUT, saying);
        }

        void fails(int expectedCode, String... saying) {
            assertThat(err).startsWith("farsight: ").endsWith(System.lineSeparator());
            assertThat(err.lines()).as("one line").hasSize(1);
            assertThat(err).contains(saying);
            assertThat(out).isEmpty();
            assertThat(code).isEqualTo(expectedCode);
        }
    }

    static Result run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Result(code, out.toString(), err.toString());
    }

    /** The words of an inspection of a golden case. */
    static Object[] inspection(Path output) {
        Path nonlocal = golden("nonlocal-gaussian");
        return new Object[] {
            "inspect",
            "--spec",
            nonlocal.resolve("block.json"),
            "--weights",
            nonlocal.resolve("weights.safetensors"),
            "--input",
            nonlocal.resolve("input.safetensors"),
            "--output",
            output
        };
    }

    /** The folder of a golden case. */
    static Path golden(String name) {
        return Path.of("src/test/resources/golden", name);
    }
}
