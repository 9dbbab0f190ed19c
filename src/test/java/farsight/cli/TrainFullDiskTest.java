package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A training run on a full disk fails in one line and goes on once there is room. */
@Timeout(240)
class TrainFullDiskTest extends Training {

    @BeforeEach
    void bashIsThere() {
        assumeThat(Shell.BASH).exists();
    }

    private Shell.Ended limited(String before, Object... more) throws IOException, InterruptedException {
        return Shell.run(folder, before, "", words(out(), more).toArray());
    }

    private static void failed(Shell.Ended ended, String file) {
        assertThat(ended.code()).as(ended.err().toString()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err().getLast()).matches("farsight: cannot write .*" + file + ": File too large");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void aCheckpointThatDoesNotFitKeepsTheOneBefore() throws IOException, InterruptedException {
        Object[] asked = {"--steps", "6", "--checkpoint-every", "2", "--evaluate-every", "6", "--resume"};
        Path whole = folder.resolve("whole");
        train(whole, asked).succeeds();
        // The weights fit into 8 kB, a checkpoint with two moments does not.
        failed(limited("ulimit -f 8; ", asked), "checkpoint.safetensors");
        assertThat(out()).isDirectoryNotContaining("glob:**.{part,html}");
        assertThat(out().resolve("weights.safetensors"))
                .as("which belong to the checkpoint")
                .doesNotExist();
        train(out(), asked).succeeds();
        learnedTheSame(out(), whole);
    }

    @Test
    void aPageThatDoesNotFitCanBeWrittenLater() throws IOException, InterruptedException {
        failed(limited("ulimit -f 24; ", "--steps", "2"), "index.html");
        assertThat(out().resolve("checkpoint.safetensors")).exists();
        assertThat(out()).isDirectoryNotContaining("glob:**.{part,html,svg,png}");
        train(out(), "--steps", "2", "--resume").succeeds();
        assertThat(out().resolve("index.html")).isNotEmptyFile();
    }
}
