package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import farsight.model.Weights;
import farsight.network.NetworkSpec;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What {@code farsight train} refuses, in one line and before it writes or replaces anything. */
class TrainRefusedTest extends Training {

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
        on("recal")
                .isBadInput(
                        "no task 'recal', expected one of recall, count, pair, rooms, scenes",
                        "did you mean \"recall\"?");
        on("recall:kees=2").isBadInput("task recall has no option 'kees'", "did you mean \"keys\"?");
        on("recall:keys=many").isBadInput("task recall has keys=many, expected a whole number from 1 to 64");
        on("recall").isBadInput("task recall:", "samples of [9, 16, 16], and the network takes [5, 8, 8]");
        on("count").isBadInput("samples of [1, 32, 32], and the network takes [5, 8, 8]");
        on("recall:size=8,keys=1,values=3,queries=3,distance=2").isBadInput("has 3 classes, and the network gives 2");
        assertThat(out()).doesNotExist();
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
    void aLossOfNoLabelsIsRefusedByEveryCommand() {
        Path ignored = data("ignored.safetensors", 255);
        Path weights = folder.resolve("w.safetensors");
        Weights.initial(NetworkSpec.read(network), 1).save(weights);
        String nothing = "every label is the ignored 255, so the loss is a mean of nothing";
        with(ignored).isBadInput(ignored.toString(), nothing);
        Cli.run("evaluate", "--network", network, "--weights", weights, "--data", ignored)
                .isBadInput(ignored.toString(), nothing);
        Cli.run("gradient", "--network", network, "--weights", weights, "--data", ignored, "--output", out())
                .isBadInput(ignored.toString(), nothing);
    }

    @Test
    void classWeightsThatDoNotFitTheNetworkAreFoundWithItsSpec() throws IOException {
        Files.writeString(network, NETWORK.replace("\"ignore_label\": 255", "\"class_weights\": [1, 2, 3]"));
        Cli.run("describe", "--network", network)
                .isBadInput(network + ": field \"loss\": class_weights has 3 numbers, and the network gives 2 classes");
    }

    @Test
    void extentsBeyondAnyMemoryAreOneLine() {
        Cli.run("describe", "--network", network, "--n", "2000000000x2000000000")
                .isBadInput("[5, 2000000000, 2000000000] are more than 2^63 bytes");
    }

    @Test
    void heldOutBatchesAreBounded() {
        for (String command : List.of("train --steps 2 --output " + out(), "evaluate --weights none")) {
            List<Object> words = new ArrayList<>(List.of((Object[]) command.split(" ")));
            words.addAll(List.of("--network", network, "--task", TASK, "--held-out", "2147483647"));
            Cli.run(words.toArray()).isBadInput("--held-out must be ", "100,000, not 2147483647");
        }
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
}
