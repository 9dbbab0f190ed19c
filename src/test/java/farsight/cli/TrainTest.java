package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.model.Weights;
import farsight.network.NetworkSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight train}: the files that it leaves, and what it tells. */
class TrainTest extends Training {

    @Test
    void aRunLeavesTablesWeightsAndAPageWithItsPictures() throws IOException {
        Cli.Result result =
                train(out(), "--steps", "6", "--evaluate-every", "2").succeeds();
        assertThat(result.out()).contains("6 steps on vector in ", "held out ", "wrote " + out());
        assertThat(names(out()))
                .contains("network.json", "run.json", "index.html")
                .containsAll(LEARNED)
                .contains("loss.svg", "loss.png", "accuracy.svg", "accuracy.png", "iou.svg", "iou.png")
                .contains("confusion.svg", "confusion.png", "examples.svg", "examples.png")
                // The rate is constant.
                .doesNotContain("rate.svg", FolderLock.NAME)
                .noneMatch(name -> name.endsWith(".part"));
        assertThat(out().resolve("losses.csv")).content().hasLineCount(7).startsWith("step,loss,accuracy,");
        assertThat(out().resolve("evaluations.csv")).content().hasLineCount(4);
        BufferedImage png = ImageIO.read(out().resolve("examples.png").toFile());
        assertThat(png.getWidth()).isBetween(1000, 1800);
    }

    @Test
    void thePageTellsTheAnswerTheSettingsTheLayersAndTheMachine() {
        train(out(), "--steps", "3", "--seed", "7").succeeds();
        String page = text(out().resolve("index.html")).replace('\u00a0', ' ');
        assertThat(page)
                .contains("% of the held-out labels of task recall are right after 3 steps on vector")
                .contains("<td>nonlocal1</td><td>block nonlocal, inserted</td>")
                .contains("<dt>Seed</dt>\n<dd>7</dd>", "<dt>Inserted</dt>\n<dd>nonlocal1</dd>")
                .contains("<dt>Java</dt>", "<dt>Machine</dt>", "<dt>Date</dt>", " a second")
                .containsPattern("<dd>([0-9.]+ kB) predicted, \\1 measured</dd>");
    }

    @Test
    void jsonTellsLossAccuracyAndTheHeldOutConfusion() {
        JsonNode told = JsonMapper.shared()
                .readTree(train(out(), "--steps", "2", "--json").succeeds().out());
        assertThat(told.get("steps").asInt()).isEqualTo(2);
        assertThat(told.get("loss").asDouble()).isPositive();
        JsonNode heldOut = told.get("heldOut");
        assertThat(heldOut.get("samples").asInt()).isEqualTo(8);
        int labels = 0;
        for (JsonNode row : heldOut.get("confusion")) {
            for (JsonNode count : row) {
                labels += count.asInt();
            }
        }
        assertThat(labels).as("three queries a sample").isEqualTo(24);
        JsonNode again = JsonMapper.shared()
                .readTree(train(out(), "--steps", "2", "--json", "--resume")
                        .succeeds()
                        .out());
        assertThat(again.get("heldOut")).as("of a run with nothing left to do").isEqualTo(heldOut);
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        train(folder.resolve("one"), "--steps", "4", "--threads", "1").succeeds();
        train(out(), "--steps", "4", "--threads", "3").succeeds();
        learnedTheSame(out(), folder.resolve("one"));
    }

    @Test
    void jsonHasNullForALossThatIsNoNumber() {
        Path weights = folder.resolve("weights.safetensors");
        Weights broken = Weights.initial(NetworkSpec.read(network), 3);
        broken.get("head.bias").values().setAtIndex(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
        broken.save(weights);
        String told = Cli.run(
                        "evaluate",
                        "--network",
                        network,
                        "--weights",
                        weights,
                        "--json",
                        "--data",
                        data("ones.safetensors", 1))
                .succeeds()
                .out();
        assertThat(JsonMapper.shared().readTree(told).get("loss").isNull()).isTrue();
    }

    @Test
    void aFilesPageShowsTheBatchThatItTrainedOn() throws IOException {
        with(data("ones.safetensors", 1)).succeeds();
        assertThat(names(out())).contains("confusion.svg", "examples.svg").doesNotContain("best.safetensors");
        assertThat(text(out().resolve("index.html")))
                .contains("of the labels of its own training batch are right")
                .doesNotContain("held-out", "Held out");
    }

    @Test
    void aLossThatIsNotFiniteNamesTheStepTheLayerAndAWayOut() throws IOException {
        Cli.Result failed = train(out(), "--steps", "5", "--lr", "1e30");
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err().lines().reduce((_, last) -> last).orElseThrow())
                .startsWith("farsight: " + out() + ": ")
                .contains("the loss of step 1 is NaN: it began in layer ", "lower learning rate", "\"clip_norm\"");
        assertThat(out().resolve("index.html")).doesNotExist();
    }

    @Test
    void weightsThatAreNotFiniteAreNeverSaved() {
        Cli.Result failed = train(out(), "--steps", "1", "--lr", "1e38");
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).contains("the update of step 0 made ");
        for (String name : List.of("weights", "best", "checkpoint")) {
            assertThat(out().resolve(name + ".safetensors")).doesNotExist();
        }
    }

    @Test
    void twoCommandsDoNotWriteOneFolder() throws IOException {
        Files.createDirectory(out());
        try (FolderLock _ = FolderLock.of(out(), "sweep")) {
            train(out(), "--steps", "2").isBadInput("(sweep) is writing to " + out());
        }
    }
}
