package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run whose folder lost something is refused in one line, and keeps what it has. */
class TrainDamagedTest extends Training {

    @BeforeEach
    void aRun() {
        train(out(), "--steps", "4", "--checkpoint-every", "2").succeeds();
    }

    private Cli.Result resume() {
        return train(out(), "--steps", "6", "--checkpoint-every", "2", "--resume");
    }

    @Test
    void aTableOfLossesHasEveryStep() throws IOException {
        Path losses = out().resolve("losses.csv");
        List<String> whole = Files.readAllLines(losses);
        assertThat(whole).hasSize(5);
        Files.write(losses, whole.subList(0, 3));
        resume().isBadInput(losses + " is damaged: it ends with step 1, and the checkpoint is of step 3");
        Files.write(losses, List.of(whole.get(0), whole.get(1), whole.get(3), whole.get(4)));
        resume().isBadInput(losses + " is damaged: the line after step 0 is not the next one's");
        Files.write(losses, List.of("x,y", "1,2"));
        resume().isBadInput(losses + " is damaged: its first line is not step,loss,");
        Files.delete(losses);
        resume().isBadInput("cannot read " + losses + ": no such file; without it the run cannot be resumed");
        Files.write(losses, whole);
        resume().succeeds();
        assertThat(losses).content().hasLineCount(7);
    }

    @Test
    void aRunWithoutItsCheckpointIsNotBegunAnew() throws IOException {
        Path checkpoint = out().resolve("checkpoint.safetensors");
        Files.delete(checkpoint);
        List<String> before = names(out());
        resume().isBadInput(checkpoint + " is missing, and ", "--overwrite begins the run anew");
        assertThat(names(out())).isEqualTo(before);
    }

    @Test
    void aCheckpointOfNumbersThatAreNotFiniteIsNotResumed() {
        Path checkpoint = out().resolve("checkpoint.safetensors");
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
            file.names().forEach(name -> tensors.put(name, file.tensor(name).copy()));
            metadata = file.metadata();
        }
        tensors.get("c1.bias").values().setAtIndex(ValueLayout.JAVA_FLOAT, 1, Float.NaN);
        Safetensors.write(checkpoint, tensors, metadata);
        resume().isBadInput(checkpoint + " is damaged: c1.bias holds 1 of 8 values that are NaN or infinite");
    }

    @Test
    void aRunThatCannotSayWhatItIsNamesTheFileAndThePlace() throws IOException {
        Path run = out().resolve("run.json");
        Files.writeString(run, "{");
        resume().isBadInput(run + ": not valid JSON at line 1, column ");
        Files.delete(run);
        resume().isBadInput(run + ": no such file");
    }

    @Test
    void aChangedNetworkIsToldByTheFirstLayerThatDiffers() throws IOException {
        Files.writeString(network, NETWORK.replace("0.2", "0.3"));
        resume().isBadInput("network.json: the run to resume has layers[3] {\"layer\":\"dropout\",\"p\":0.2}, not {");
    }

    @Test
    void anEvaluationDoesNotReplaceARunsPictures() throws IOException {
        byte[] before = Files.readAllBytes(out().resolve("confusion.png"));
        Cli.run(
                        "evaluate",
                        "--network",
                        out().resolve("network.json"),
                        "--weights",
                        out().resolve("best.safetensors"),
                        "--task",
                        TASK,
                        "--output",
                        out(),
                        "--overwrite")
                .isBadInput(out() + " holds a training run");
        assertThat(out().resolve("confusion.png")).hasBinaryContent(before);
    }
}
