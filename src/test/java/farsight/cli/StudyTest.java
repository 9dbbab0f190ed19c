package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.evidence.Studies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight study}. */
@Timeout(300)
class StudyTest {

    @TempDir
    Path folder;

    private Cli.Result study(Object... more) {
        Object[] words = new Object[4 + more.length];
        words[0] = "study";
        words[1] = folder.resolve("small.json");
        words[2] = "--output";
        words[3] = folder.resolve("out");
        System.arraycopy(more, 0, words, 4, more.length);
        return Cli.run(words);
    }

    private String runs() throws IOException {
        return Files.readString(folder.resolve("out/small/runs.csv"));
    }

    @Test
    void aStudyLeavesTablesChartsAPageAndTheLedger() throws IOException {
        Studies.small(folder);
        assertThat(study().succeeds().out()).contains("A small study", "NL is better.", "ledger.md");
        assertThat(folder.resolve("out/small"))
                .isDirectoryContaining("glob:**/costs.csv")
                .isDirectoryContaining("glob:**/quality.png")
                .isDirectoryContaining("glob:**/quality.svg")
                .isDirectoryContaining("glob:**/attention.png")
                .isDirectoryContaining("glob:**/index.html");
        assertThat(runs().lines()).hasSize(7);
        JsonNode results = JsonMapper.shared().readTree(Files.readString(folder.resolve("out/small/results.json")));
        assertThat(results.get("rows")).hasSize(3);
        for (JsonNode row : results.get("rows")) {
            JsonNode accuracy = row.get("accuracy");
            assertThat(accuracy.get("low").asDouble())
                    .isLessThanOrEqualTo(accuracy.get("mean").asDouble());
            assertThat(accuracy.get("seeds").asInt()).isEqualTo(2);
            assertThat(row.get("stepBytes").asLong()).isPositive();
        }
        assertThat(results.get("about").get("Machine").asString()).isNotBlank();
        assertThat(folder.resolve("out/ledger.md")).content().contains("| NL is better. | nobody |");
    }

    @Test
    void resultsAreReplacedOrContinuedOnlyWhenAskedTo() throws IOException {
        Studies.small(folder);
        study().succeeds();
        String before = runs();
        study().isBadInput("already holds a study; --resume continues it, --overwrite replaces it");
        study("--resume", "--overwrite").isBadInput("--resume or --overwrite, not both");
        assertThat(study("--resume").succeeds().err()).contains("0 of 6 trials to do");
        assertThat(runs()).isEqualTo(before);
        assertThat(study("--overwrite").succeeds().err()).contains("6 of 6 trials to do");
    }

    @Test
    void killedAtAnyMomentItGoesOnToTheSameResults() throws IOException, InterruptedException {
        Studies.small(folder);
        List<Object> words = List.of("study", folder.resolve("small.json"), "--resume", "--output");
        Path out = folder.resolve("killed");
        for (int attempt = 1; attempt <= 4; attempt++) {
            Process run = Processes.start(Main.class, words.get(0), words.get(1), words.get(2), words.get(3), out);
            Path runs = out.resolve("small/runs.csv");
            long wanted = attempt;
            // Killed once it has as many lines more: in the middle of the next trial.
            while (run.isAlive()
                    && (Files.notExists(runs) || Files.readAllLines(runs).size() <= wanted)) {
                Thread.sleep(5);
            }
            if (!run.waitFor(attempt, TimeUnit.MILLISECONDS)) {
                run.destroyForcibly().waitFor();
            }
        }
        Cli.run("study", folder.resolve("small.json"), "--resume", "--output", out)
                .succeeds();
        study().succeeds();
        assertThat(out.resolve("small/runs.csv")).content().isEqualTo(runs());
        assertThat(out.resolve("small")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void settingsWithoutTheirDataAreLeftOutLoudlyWhenAskedTo() throws IOException {
        Path file = Studies.small(folder);
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("recall:size=8,keys=2,values=2,queries=3,distance=2", "pair:folder=" + folder));
        study().isBadInput("setting \"recall\"", "dataset-fashion-mnist");
        assertThat(study("--skip-missing").succeeds().err())
                .contains("small: left out, recall: ", "dataset-fashion-mnist");
    }

    @Test
    void badInputIsOneLine() throws IOException {
        Studies.small(folder);
        Cli.run("study", folder.resolve("none.json"), "--output", folder.resolve("o"))
                .isBadInput("cannot read", "none.json", "no such file");
        Cli.run("study", folder.resolve("small.json"), folder.resolve("small.json"), "--output", folder.resolve("o"))
                .isBadInput("two studies are called small");
        Files.writeString(folder.resolve("broken.json"), "{\"title\": ");
        Cli.run("study", folder.resolve("broken.json"), "--output", folder.resolve("o"))
                .isBadInput("broken.json", "not valid JSON at line 1");
        study("--device", "opencl:99").isBadInput("opencl:99");
        Files.writeString(folder.resolve("file"), "");
        Cli.run("study", folder.resolve("small.json"), "--output", folder.resolve("file"))
                .isBadInput("is not a folder");
        assertThat(folder.resolve("o")).doesNotExist();
    }
}
