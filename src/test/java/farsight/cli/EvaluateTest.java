package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight evaluate} of a network that {@code farsight train} trained. */
class EvaluateTest extends Training {

    private JsonNode heldOut = JsonMapper.shared().createObjectNode();

    @BeforeEach
    void aTrainedNetwork() {
        String told = train(out(), "--steps", "4", "--json").succeeds().out();
        heldOut = JsonMapper.shared().readTree(told).get("heldOut");
    }

    private Cli.Result evaluate(Object... more) {
        List<Object> all = new ArrayList<>(List.of("evaluate", "--network", out().resolve("network.json")));
        all.addAll(List.of("--weights", out().resolve("weights.safetensors")));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    private Cli.Result onTask(Object... more) {
        List<Object> all = new ArrayList<>(List.of("--task", TASK, "--batch", "4", "--held-out", "2"));
        all.addAll(List.of(more));
        return evaluate(all.toArray());
    }

    @Test
    void itFindsWhatTheRunFound() {
        JsonNode told = JsonMapper.shared().readTree(onTask("--json").succeeds().out());
        for (String field : heldOut.propertyNames()) {
            assertThat(told.get(field)).as(field).isEqualTo(heldOut.get(field));
        }
        assertThat(told.get("data").asString()).startsWith("recall:size=8,");
    }

    @Test
    void theTableHasARowForEveryClass() {
        List<String> lines = onTask().succeeds().out().lines().toList();
        assertThat(lines.getFirst()).startsWith("8 samples: loss ").contains("accuracy ", "mean IoU ");
        assertThat(lines).filteredOn(l -> l.startsWith("value ")).hasSize(2);
    }

    @Test
    void aFolderGetsThePicturesOnceUnlessReplaced() {
        Path pictures = folder.resolve("pictures");
        onTask("--output", pictures).succeeds();
        for (String name : List.of("confusion.svg", "confusion.png", "examples.svg", "examples.png")) {
            assertThat(pictures.resolve(name)).isNotEmptyFile();
        }
        // The run's last evaluation saw the same samples with the same weights.
        assertThat(pictures.resolve("confusion.svg")).hasSameBinaryContentAs(out().resolve("confusion.svg"));
        assertThat(pictures.resolve("examples.svg")).hasSameBinaryContentAs(out().resolve("examples.svg"));
        assertThat(JsonMapper.shared()
                        .readTree(text(pictures.resolve("evaluation.json")))
                        .get("confusion"))
                .isEqualTo(heldOut.get("confusion"));
        onTask("--output", pictures).isBadInput("already exists; --overwrite replaces it");
        onTask("--output", pictures, "--overwrite").succeeds();
    }

    @Test
    void aFileIsOneBatchOfItsOwn() {
        assertThat(evaluate("--data", data("ones.safetensors", 1)).succeeds().out())
                .startsWith("2 samples: ");
        evaluate("--data", data("nine.safetensors", 9)).isBadInput("nine.safetensors holds 9 at index 0");
        evaluate("--data", folder.resolve("none")).isBadInput("none: no such file");
    }

    @Test
    void badUsageIsOneLine() throws Exception {
        evaluate().isBadInput("expected --task or --data");
        onTask("--held-out", "0").isBadInput("--held-out");
        Path file = Files.writeString(folder.resolve("file"), "");
        onTask("--output", file).isBadInput("is not a folder");
        Cli.run("evaluate", "--network", network, "--task", TASK).isBadInput("--weights");
        // The network without its block.
        Cli.run("evaluate", "--network", network, "--weights", out().resolve("checkpoint.safetensors"), "--task", TASK)
                .isBadInput("checkpoint.safetensors");
    }
}
