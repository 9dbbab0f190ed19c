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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight train}: the files that it leaves, and the runs that it refuses. */
class TrainTest extends Training {

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

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
        assertThat(png.getWidth()).isEqualTo(1800);
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
    void aRunInTwoPartsEqualsOneInOne() {
        train(folder.resolve("one"), "--steps", "9", "--evaluate-every", "2", "--checkpoint-every", "3")
                .succeeds();
        train(out(), "--steps", "4", "--evaluate-every", "2", "--checkpoint-every", "4")
                .succeeds();
        Cli.Result second = train(out(), "--steps", "9", "--evaluate-every", "2", "--checkpoint-every", "3", "--resume")
                .succeeds();
        assertThat(second.err()).contains("going on from step 4");
        learnedTheSame(out(), folder.resolve("one"));
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        train(folder.resolve("one"), "--steps", "4", "--threads", "1").succeeds();
        train(out(), "--steps", "4", "--threads", "3").succeeds();
        learnedTheSame(out(), folder.resolve("one"));
    }

    @Test
    void aRunWithNothingLeftToDoWritesItsPageAgain() throws IOException {
        train(out(), "--steps", "3").succeeds();
        byte[] examples = Files.readAllBytes(out().resolve("examples.svg"));
        for (String name : List.of("index.html", "examples.svg", "confusion.png", "weights.safetensors")) {
            Files.delete(out().resolve(name));
        }
        assertThat(train(out(), "--steps", "3", "--resume").succeeds().out()).contains("all 3 steps were done before");
        assertThat(out().resolve("examples.svg")).hasBinaryContent(examples);
        assertThat(out().resolve("confusion.png")).exists();
        assertThat(out().resolve("weights.safetensors")).exists();
        assertThat(out().resolve("index.html")).content().contains("all steps were done before");
    }

    @Test
    void anEarlierRunIsReplacedOnlyOnDemand() throws IOException {
        train(out(), "--steps", "2").succeeds();
        byte[] before = Files.readAllBytes(out().resolve("losses.csv"));
        train(out(), "--steps", "3")
                .isBadInput("already holds a training run", "--resume continues it, --overwrite replaces it");
        train(out(), "--steps", "3", "--resume", "--overwrite").isBadInput("--resume or --overwrite, not both");
        assertThat(out().resolve("losses.csv")).hasBinaryContent(before);
        train(out(), "--steps", "3", "--seed", "2", "--overwrite").succeeds();
        assertThat(out().resolve("losses.csv")).content().hasLineCount(4);
    }

    @Test
    void filesOfSomebodyElseAreNotReplaced() throws IOException {
        Files.createDirectory(out());
        Path page = Files.writeString(out().resolve("index.html"), "mine");
        train(out(), "--steps", "2").isBadInput(page + " already exists; --overwrite replaces it");
        train(out(), "--steps", "2", "--resume").isBadInput(page + " already exists; --overwrite replaces it");
        assertThat(page).hasContent("mine");
    }

    @Test
    void aRunResumesOnlyAsTheRunThatItWas() throws IOException {
        train(out(), "--steps", "3").succeeds();
        String other = "; resume it with its own options, or name another folder";
        train(out(), "--steps", "3", "--resume", "--seed", "2")
                .isBadInput("run.json: the run to resume has seed 1, not 2" + other);
        Object[] all = words(out(), "--steps", "3", "--resume").toArray();
        all[Arrays.asList(all).indexOf("--held-out") + 1] = "3";
        Cli.run(all).isBadInput("has heldOutBatches 2, not 3" + other);
        train(out(), "--steps", "3", "--resume", "--lr", "0.5")
                .isBadInput("network.json: the run to resume has optimizer ", other);
        train(out(), "--steps", "3", "--resume", "--insert", "se:reduction=2@head")
                .isBadInput("has layers ", other);
        train(out(), "--steps", "2", "--resume").isBadInput("has 3 steps, more than the 2 of this run");
        Path run = out().resolve("run.json");
        String text = Files.readString(run);
        for (String content : List.of("", "{", "[]", "null", "{\"seed\": 1}")) {
            Files.writeString(run, content);
            train(out(), "--steps", "3", "--resume").isBadInput("run.json");
        }
        Files.writeString(run, text);
        train(out(), "--steps", "3", "--resume").succeeds();
    }

    @Test
    void aFileOfAResumedRunCountsByItsContent() throws IOException {
        Path ones = data("ones.safetensors", 1);
        Path weights = folder.resolve("weights.safetensors");
        Weights.initial(NetworkSpec.read(network), 3).save(weights);
        from(ones, weights, 2, "--output", out()).succeeds();
        // Another spelling, and another place.
        Path spelled = folder.resolve("out").resolve("..").resolve("ones.safetensors");
        from(spelled, weights, 3, "--output", out(), "--resume").succeeds();
        Path copy = Files.copy(ones, folder.resolve("copy.safetensors"));
        from(copy, weights, 4, "--output", out(), "--resume").succeeds();
        data("ones.safetensors", 0);
        from(ones, weights, 5, "--output", out(), "--resume")
                .isBadInput(
                        "run.json: the run to resume has data \"" + ones + "\" with the SHA-256 ", ", not \"" + ones);
        Weights.initial(NetworkSpec.read(network), 4).save(weights);
        from(copy, weights, 5, "--output", out(), "--resume")
                .isBadInput("has weights \"" + weights + "\" with the SHA-256 ");
    }

    @Test
    void aBlockInsertedByItsNameHasEachFieldOnceAndNoneThatItsNameOrPlaceGives() {
        inserted("gc:ratio=0.5,ratio=0.25@all").isBadInput("the field 'ratio' is there twice");
        inserted("gc-r4:ratio=0.5@all").isBadInput("ratio=0.5 contradicts gc-r4, which stands for {");
        inserted("gc:channels=8@all").isBadInput("channels follow from the place");
        inserted("gcc@all")
                .isBadInput("--insert gcc@all: ", "no block 'gcc', expected one of ", "did you mean \"gc\"?");
        inserted("gc-r4:ratio=0.25@all").succeeds();
    }

    private Cli.Result inserted(String block) {
        return Cli.run("describe", "--network", network, "--insert", block);
    }

    @Test
    void aCheckpointIsNotTakenForWeights() {
        train(out(), "--steps", "2").succeeds();
        Path checkpoint = out().resolve("checkpoint.safetensors");
        train(folder.resolve("next"), "--steps", "2", "--weights", checkpoint)
                .isBadInput(
                        checkpoint + " is a checkpoint of a training run", "weights.safetensors and best.safetensors");
    }

    @Test
    void jsonHasNullForALossThatIsNoNumber() {
        Path weights = folder.resolve("weights.safetensors");
        Weights.initial(NetworkSpec.read(network), 3).save(weights);
        String told = Cli.run(
                        "evaluate",
                        "--network",
                        network,
                        "--weights",
                        weights,
                        "--json",
                        "--data",
                        data("ignored.safetensors", 255))
                .succeeds()
                .out();
        assertThat(JsonMapper.shared().readTree(told).get("loss").isNull()).isTrue();
    }

    @Test
    void aFileOfTheRunItselfIsNotItsBeginning() {
        Path ones = data("ones.safetensors", 1);
        Path weights = out().resolve("weights.safetensors");
        from(ones, folder.resolve("none"), 2, "--output", out()).isBadInput("none: no such file");
        Cli.run("train", "--network", network, "--data", ones, "--steps", "2", "--output", out())
                .succeeds();
        from(ones, weights, 2, "--output", out(), "--overwrite")
                .isBadInput(weights + " is a file of the run in " + out());
        from(ones, weights, 2, "--output", folder.resolve("next")).succeeds();
    }

    private Cli.Result from(Path data, Path weights, int steps, Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", "--network", network, "--data", data));
        all.addAll(List.of("--weights", weights, "--steps", steps));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    @Test
    void aResumedRunIsEvaluatedAfterTheStepsOfTheFirst() {
        train(folder.resolve("one"), "--steps", "40", "--evaluate-every", "2").succeeds();
        // Its own twentieth is 2 steps, that of 20 steps is 1.
        train(out(), "--steps", "20", "--evaluate-every", "2").succeeds();
        train(out(), "--steps", "40", "--resume", "--evaluate-every", "3")
                .isBadInput("has evaluateEvery 2, not 3; resume it with its own options");
        train(out(), "--steps", "40", "--resume").succeeds();
        learnedTheSame(out(), folder.resolve("one"));
    }

    @Test
    void aBestThatIsGoneIsMissed() throws IOException {
        train(out(), "--steps", "2").succeeds();
        Files.delete(out().resolve("best.safetensors"));
        train(out(), "--steps", "4", "--resume").isBadInput("best.safetensors is missing, and ");
    }

    @Test
    void aCosineRunHasTheLengthThatItBeganWith() throws IOException {
        Files.writeString(network, NETWORK.replace("0.01", "0.01, \"schedule\": {\"type\": \"cosine\"}"));
        train(out(), "--steps", "3").succeeds();
        assertThat(out().resolve("rate.svg")).exists();
        train(out(), "--steps", "5", "--resume").isBadInput("has steps 3, not 5");
    }

    @Test
    void aCheckpointOfSomethingElseIsToldInOneLine() throws IOException {
        train(out(), "--steps", "2").succeeds();
        Path checkpoint = out().resolve("checkpoint.safetensors");
        Files.copy(data("other.safetensors", 0), checkpoint, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        train(out(), "--steps", "3", "--resume").isBadInput("is no checkpoint of a training run");
        Files.writeString(checkpoint, "x");
        train(out(), "--steps", "3", "--resume").isBadInput(checkpoint.toString());
    }

    @Test
    void aRunThatNeverBeganBeginsWithResume() throws IOException {
        train(out(), "--steps", "2", "--resume").succeeds();
        // A process that is killed right after it began leaves the network alone.
        for (String name : names(out())) {
            if (!name.equals("network.json")) {
                Files.delete(out().resolve(name));
            }
        }
        train(out(), "--steps", "2").isBadInput("network.json already exists");
        train(out(), "--steps", "2", "--resume").succeeds();
    }

    @Test
    void badUsageIsOneLine() {
        train(out()).isBadInput("--steps");
        for (String option : List.of("--steps", "--evaluate-every", "--checkpoint-every", "--held-out")) {
            train(out(), "--steps", "2", option, "0").isBadInput(option);
        }
        train(out(), "--steps", "2", "--seed", Long.MIN_VALUE).isBadInput("the seed of held-out samples");
        Cli.run("train", "--task", TASK, "--steps", "2", "--output", out()).isBadInput("expected --network");
        Cli.run("train", "--network", network, "--steps", "2", "--output", out())
                .isBadInput("expected --task or --data");
        train(out(), "--steps", "2", "--data", network).isBadInput("expected --task or --data, not both");
        assertThat(out()).doesNotExist();
    }

    private Cli.Result on(String task) {
        return Cli.run("train", "--network", network, "--task", task, "--steps", "2", "--output", out());
    }

    @Test
    void aTaskThatIsNotThereOrDoesNotFitIsOneLine() {
        on("recal").isBadInput("no task 'recal', expected one of recall, count", "did you mean \"recall\"?");
        on("recall:kees=2").isBadInput("task recall has no option 'kees'", "did you mean \"keys\"?");
        on("recall:keys=many").isBadInput("task recall has keys=many, expected a whole number from 1 to 64");
        on("recall").isBadInput("task recall:", "samples of [9, 16, 16], and the network takes [5, 8, 8]");
        on("count").isBadInput("samples of [1, 32, 32], and the network takes [5, 8, 8]");
        on("recall:size=8,keys=1,values=3,queries=3,distance=2").isBadInput("has 3 classes, and the network gives 2");
        assertThat(out()).doesNotExist();
    }

    private Cli.Result with(Path data) {
        return Cli.run("train", "--network", network, "--data", data, "--steps", "2", "--output", out());
    }

    @Test
    void aFileThatIsNotThereOrDoesNotFitIsOneLineAndLeavesNothing() {
        with(folder.resolve("none.safetensors")).isBadInput("none.safetensors: no such file");
        with(network).isBadInput(network.toString());
        with(data("seven.safetensors", 7))
                .isBadInput("seven.safetensors holds 7 at index 0, expected a class from 0 to 1 or 255");
        with(data("half.safetensors", 0.5f)).isBadInput("label");
        train(out(), "--steps", "2", "--weights", folder.resolve("none")).isBadInput("none: no such file");
        Cli.run("train", "--network", folder.resolve("none"), "--task", TASK, "--steps", "2", "--output", out())
                .isBadInput("none: no such file");
        assertThat(out()).doesNotExist();
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
    void aNetworkWithoutALossOrAnOptimizerIsNotTrained() throws IOException {
        Files.writeString(network, NETWORK.replaceAll("\"loss\": \\{[^}]*\\},", ""));
        train(out(), "--steps", "2").isBadInput("the network's spec has no \"loss\"");
        Files.writeString(network, NETWORK.replaceAll("(?s),\\s*\"optimizer\": \\{[^}]*\\}", ""));
        train(out(), "--steps", "2").isBadInput("the network's spec has no \"optimizer\"");
        assertThat(out()).doesNotExist();
    }

    @Test
    void aStepBeyondTheBudgetIsRefusedBeforeAnEarlierRunIsReplaced() throws IOException {
        train(out(), "--steps", "2").succeeds();
        List<String> before = names(out());
        train(out(), "--steps", "2", "--overwrite", "--memory", "10kB")
                .fails(
                        ExitCode.REFUSED,
                        "a training step of the network on [5, 8, 8], B = 4, device vector, was refused");
        assertThat(names(out())).isEqualTo(before);
    }

    @Test
    void aFileBeyondTheMemoryIsRefusedByItsHeaderAlone() throws IOException {
        // Reading any of its 36 GB of numbers would exceed the memory that this process may take.
        Path huge = holes("huge.safetensors", 20_000_000, "8, 8");
        with(huge).fails(ExitCode.REFUSED, "a training step of the network on [5, 8, 8], B = 20000000, ");
        Path weights = folder.resolve("none");
        Cli.run("evaluate", "--network", network, "--data", huge, "--weights", weights)
                .fails(ExitCode.REFUSED, "the network on [5, 8, 8], B = 20000000, forward, ");
        Cli.run("gradient", "--network", network, "--data", huge, "--weights", weights, "--output", out())
                .fails(ExitCode.REFUSED, "the gradients of the network on [5, 8, 8], B = 20000000, ");
        Path flat = holes("flat.safetensors", 20_000_000, "64");
        with(flat).isBadInput("tensor \"label\" in " + flat + " has shape [20000000, 64], expected [20000000, 8, 8]");
        assertThat(out()).doesNotExist();
    }

    @Test
    void dataThatCannotBeLearnedIsRefusedBeforeAnEarlierRunIsReplaced() throws IOException {
        train(out(), "--steps", "2").succeeds();
        List<String> before = names(out());
        Path nan = data("nan.safetensors", 1, Float.NaN);
        replaced(nan).isBadInput("tensor \"x\" in " + nan + " holds 1 of 640 values that are NaN", "at index 7");
        Path ignored = data("ignored.safetensors", 255);
        replaced(ignored).isBadInput("tensor \"label\" in " + ignored + ": every label is the ignored 255");
        Path ones = data("ones.safetensors", 1);
        Files.writeString(network, NETWORK.replace("255}", "255, \"class_weights\": [1, 0]}"));
        replaced(ones).isBadInput(ones + ": every label is ignored or of a class with weight 0");
        Files.writeString(network, NETWORK.replace(", \"ignore_label\": 255", ""));
        train(out(), "--steps", "2", "--overwrite")
                .isBadInput("tensor \"label\" of the first batch of task recall:", " holds 255 at index 0");
        Files.writeString(network, NETWORK);
        Path weights = folder.resolve("weights.safetensors");
        Weights broken = Weights.initial(NetworkSpec.read(network), 1);
        broken.get("c1.bias").values().setAtIndex(ValueLayout.JAVA_FLOAT, 3, Float.POSITIVE_INFINITY);
        broken.save(weights);
        Cli.run(
                        "train",
                        "--network",
                        network,
                        "--data",
                        ones,
                        "--steps",
                        "2",
                        "--output",
                        out(),
                        "--overwrite",
                        "--weights",
                        weights)
                .isBadInput(weights + ": c1.bias holds 1 of 8 values that are NaN or infinite");
        assertThat(names(out())).isEqualTo(before);
    }

    private Cli.Result replaced(Path data) {
        return Cli.run("train", "--network", network, "--data", data, "--steps", "2", "--output", out(), "--overwrite");
    }

    @Test
    void theEvaluationBesideTheStepIsRefusedWithIt() {
        Cli.Result result = train(out(), "--steps", "2", "--json").succeeds();
        long bytes = JsonMapper.shared().readTree(result.out()).get("bytes").asLong();
        train(folder.resolve("other"), "--steps", "2", "--memory", bytes + "B")
                .fails(
                        ExitCode.REFUSED,
                        "the evaluation of the network on [5, 8, 8], B = 4, beside its training step, device vector,"
                                + " was refused: needs ",
                        " kB + ",
                        "; the budget is ");
        assertThat(folder.resolve("other")).doesNotExist();
        // Without held-out samples there is no evaluation beside it.
        Path ones = data("ones.safetensors", 1);
        Cli.Result alone = Cli.run(
                "train",
                "--network",
                network,
                "--data",
                ones,
                "--steps",
                "1",
                "--output",
                out(),
                "--overwrite",
                "--json");
        long step = JsonMapper.shared().readTree(alone.out()).get("bytes").asLong();
        Cli.run(
                        "train",
                        "--network",
                        network,
                        "--data",
                        ones,
                        "--steps",
                        "1",
                        "--output",
                        out(),
                        "--overwrite",
                        "--memory",
                        step + "B")
                .succeeds();
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
