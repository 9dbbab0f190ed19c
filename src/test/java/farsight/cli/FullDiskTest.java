package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Outputs that do not fit on the disk are failures and leave nothing behind; the same command works once there is
 * room.
 */
@Timeout(120)
class FullDiskTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    @BeforeEach
    void bashIsThere() {
        assumeThat(Shell.BASH).exists();
    }

    private Shell.Ended run(String before, String after, Object... args) throws IOException, InterruptedException {
        return Shell.run(folder, before, after, args);
    }

    @Test
    void anInspectionOnAFullDiskLeavesNothingAndCanBeRepeated() throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        // No file of more than 8 kB: the numbers fit, the pictures do not.
        Shell.Ended failed = run("ulimit -f 8; ", "", Cli.inspection(out));
        assertThat(failed.code()).as(failed.err().toString()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).singleElement().asString().matches("farsight: cannot write .*: File too large");
        assertThat(out).isEmptyDirectory();
        Cli.run(Cli.inspection(out)).succeeds();
    }

    private static Object[] apply(Object output, Object... more) {
        Path snl = Cli.golden("snl");
        List<Object> all = new ArrayList<>(List.of("apply", "--spec", snl.resolve("block.json"), "--weights"));
        all.addAll(List.of(snl.resolve("weights.safetensors"), "--input", snl.resolve("input.safetensors")));
        all.addAll(List.of("--output", output));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void anOutputThatDoesNotFitIsNotWritten() throws IOException, InterruptedException {
        Path y = folder.resolve("y.safetensors");
        Shell.Ended failed = run("(ulimit -f 0; ", ") 2>&1 | cat", apply(y));
        assertThat(failed.out()).contains("farsight: cannot write " + y + ": File too large");
        assertThat(y).doesNotExist();
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void aFullDeviceIsAFailure() throws IOException, InterruptedException {
        assumeThat(FULL).exists();
        Cli.run(apply(FULL)).fails(ExitCode.FAILED, "cannot write /dev/full: No space left on device");
        Shell.Ended stdout = run("", "> /dev/full", "describe", "--block", "gc", "--channels", "32");
        assertThat(stdout.code()).isEqualTo(ExitCode.FAILED);
        assertThat(stdout.err()).containsExactly("farsight: cannot write to standard output");
    }

    @Test
    void ifOneOfTwoOutputsDoesNotFitNeitherIsWritten() {
        assumeThat(FULL).exists();
        Path statistics = folder.resolve("statistics.safetensors");
        Object[] norms = {
            "apply",
            "--block",
            "latentgnn",
            "--channels",
            "8",
            "--d",
            "4",
            "--set",
            "norm=batch",
            "--input",
            Cli.golden("snl").resolve("input.safetensors"),
            "--statistics",
            statistics,
            "--output",
            FULL
        };
        Cli.Result failed = Cli.run(norms);
        assertThat(failed.code()).as(failed.err()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).contains("cannot write /dev/full: No space left on device");
        assertThat(folder).isEmptyDirectory();
        norms[norms.length - 1] = folder.resolve("y.safetensors");
        Cli.run(norms).succeeds();
        assertThat(statistics).isNotEmptyFile();
    }

    @Test
    void aClosedPipeIsNotReported() throws IOException, InterruptedException {
        for (String command : List.of("completion", "describe --block gc --channels 32 --json")) {
            Shell.Ended head = run("set -o pipefail; ", "| (exec 0<&-; sleep 0.1)", (Object[]) command.split(" "));
            assertThat(head.err()).as(command).isEmpty();
            assertThat(head.code()).as(command).isEqualTo(ExitCode.FAILED);
        }
        Shell.Ended head = run("", "| head -1", "completion");
        assertThat(head.err()).isEmpty();
        assertThat(head.out().lines()).hasSize(1);
    }

    @Test
    void anImpossiblePathIsBadInput() {
        Path file = Cli.golden("snl").resolve("input.safetensors");
        for (Path output : List.of(
                folder,
                folder.resolve("none/y.safetensors"),
                file.resolve("y.safetensors"),
                folder.resolve("n".repeat(256)),
                Path.of("/proc/y.safetensors"))) {
            Cli.run(apply(output)).isBadInput("cannot write " + output + ": ");
        }
    }
}
