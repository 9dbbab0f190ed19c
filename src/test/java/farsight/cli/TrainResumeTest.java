package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.model.Weights;
import farsight.network.NetworkSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code farsight train} into a folder that holds a run: to go on with it, or to replace it. */
class TrainResumeTest extends Training {

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
                .isBadInput("has layers[", other);
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
}
