package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainReportTest {

    @TempDir
    private Path folder;

    private String page(TrainedRun run) throws IOException {
        TrainReport.write(run, folder);
        return Files.readString(folder.resolve("index.html")).replace('\u00a0', ' ');
    }

    @Test
    void theReportWritesExactlyTheListedFilesEachUnderAKnownName() throws IOException {
        Report.Written written = TrainReport.write(TrainedRuns.recall(50), folder);
        try (Stream<Path> there = Files.list(folder)) {
            assertThat(there).containsExactlyInAnyOrderElementsOf(written.files());
        }
        assertThat(written.files())
                .extracting(f -> f.getFileName().toString())
                .isSubsetOf(TrainReport.names())
                .contains("index.html", "loss.svg", "accuracy.svg", "iou.svg", "confusion.svg", "examples.svg");
        assertThat(TrainReport.evaluationNames()).isSubsetOf(TrainReport.names());
    }

    @Test
    void picturesOfAnEarlierRunAreDeleted() {
        TrainReport.write(TrainedRuns.recall(20), folder);
        assertThat(folder.resolve("iou.svg")).exists();
        TrainReport.write(TrainedRuns.count(20), folder);
        assertThat(folder.resolve("iou.svg")).doesNotExist();
        assertThat(folder.resolve("rate.svg")).exists();
    }

    @Test
    void aPictureThatCannotBeWrittenLeavesEveryFileAsItWas() throws IOException {
        TrainReport.write(TrainedRuns.count(20), folder);
        byte[] before = Files.readAllBytes(folder.resolve("index.html"));
        Files.delete(folder.resolve("confusion.svg"));
        Files.createDirectory(folder.resolve("confusion.svg"));
        assertThatThrownBy(() -> TrainReport.write(TrainedRuns.recall(20), folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("confusion.svg: it is a folder");
        assertThat(folder.resolve("index.html")).hasBinaryContent(before);
        assertThat(folder.resolve("iou.svg")).doesNotExist();
    }

    @Test
    void thePageNeedsNoNetworkAndNoScriptAndEveryElementIsClosed() throws IOException {
        String page = page(TrainedRuns.recall(30));
        Pages.selfContained(page);
        Pages.closed(page);
    }

    @Test
    void aPictureNarrowerThanThePageIsNotStretchedOverIt() throws IOException {
        String page = page(TrainedRuns.recall(30));
        String confusion = page.substring(page.indexOf("<h2>Confusion</h2>"), page.indexOf("<h2>Samples</h2>"));
        assertThat(confusion).containsPattern("<div class=\"wide\" style=\"max-width:2\\d(\\.\\d+)?rem\">");
        assertThat(page.substring(0, page.indexOf("<h2>Confusion</h2>"))).doesNotContain("max-width:2");
    }

    @Test
    void foreignTextIsEscaped() throws IOException {
        assertThat(page(TrainedRuns.of(TrainedRuns.regression(), null, "<i>data</i> & 'x'", 5, _ -> 1, _ -> 0.1)))
                .doesNotContain("<i>", "<machine>")
                .contains("&lt;i&gt;data&lt;/i&gt; &amp; &#39;x&#39;", "a &lt;machine&gt;");
    }

    @Test
    void theAnswerIsTheHeldOutAccuracyOfTheLastEvaluation() throws IOException {
        TrainedRun run = TrainedRuns.recall(30);
        double accuracy = run.outcome().predictions().orElseThrow().evaluation().accuracy();
        assertThat(page(run))
                .contains("<p class=\"lead\">%s of the held-out labels of task recall are right after 30 steps on java"
                        .formatted(InspectPage.percent(accuracy)))
                .contains("by the network on [6, 8, 8] with snl.")
                .contains("all 30 steps in 2.00 s, 15.0 a second");
    }

    @Test
    void aSquaredErrorHasALossForAnAnswerAndNoPicturesOfClasses() throws IOException {
        assertThat(page(TrainedRuns.of(TrainedRuns.regression(), null, "a.safetensors", 5, _ -> 1, _ -> 0.1)))
                .contains("The loss of the network on [2, 4, 4] on its own training batch is ")
                .contains("mean squared error")
                .doesNotContain("<h2>Confusion</h2>", "<h2>Samples</h2>", "Accuracy by step");
    }

    @Test
    void samplesThatCannotBeDrawnHaveOneLineInPlaceOfAPicture() throws IOException {
        Network points = NetworkSpec.parse("""
                {"network": "sequential", "input": [6, 40], "layers": [
                 {"layer": "conv", "name": "head", "out": 2, "kernel": 1}],
                 "loss": {"type": "cross_entropy"}, "optimizer": {"type": "sgd", "lr": 0.1}}""");
        String page = page(TrainedRuns.of(points, null, "points.safetensors", 5, _ -> 1, _ -> 0.1));
        assertThat(page).contains("<h2>Confusion</h2>", "<h2>Samples</h2>\n<p>Samples of [6, 40] are not drawn: ");
        assertThat(page(TrainedRuns.recall(9))).contains("<h2>Samples</h2>").doesNotContain("not drawn:");
    }

    @Test
    void aRunWithoutPredictionsHasItsLastLoss() throws IOException {
        TrainedRun run = TrainedRuns.recall(30);
        TrainedRun without = new TrainedRun(
                run.plan(),
                run.data(),
                run.task(),
                run.inserted(),
                new farsight.train.TrainingRun.Outcome(30, Optional.empty(), Optional.empty(), 12_345, 1),
                run.history(),
                run.costs(),
                run.device(),
                run.predictedBytes(),
                run.about());
        assertThat(page(without))
                .contains("The loss of the network on [6, 8, 8] with snl is 0.0333 after 30 steps")
                .contains("not measured: all steps were done before")
                .doesNotContain("<h2>Confusion</h2>");
    }

    @Test
    void everyLayerIsARowAndInsertedBlocksAreMarked() throws IOException {
        TrainedRun run = TrainedRuns.count(5);
        String page = page(run);
        String table = page.substring(page.indexOf("<tbody>"), page.indexOf("</tbody>"));
        assertThat(Pages.count(table, "<tr>")).isEqualTo(run.costs().layers().size() + 1L);
        assertThat(Pages.count(table, "inserted")).isEqualTo(1);
        assertThat(table).contains("<td>snl1</td><td>block snl, inserted</td>");
    }

    @Test
    void aLongRunsPageIsNoLargerThanAShortOnes() throws IOException {
        long most = 0;
        for (int steps : new int[] {1_000, 100_000}) {
            TrainReport.write(TrainedRuns.recall(steps), folder);
            long bytes = Files.size(folder.resolve("loss.svg"));
            assertThat(bytes).isLessThan(60_000);
            most = Math.max(most, Files.size(folder.resolve("index.html")));
            Matcher path = Pattern.compile(" d=\"([^\"]*)\"").matcher(Files.readString(folder.resolve("loss.svg")));
            while (path.find()) {
                assertThat(Pages.count(path.group(1), "[ML]")).isLessThanOrEqualTo(Curve.MOST);
            }
        }
        assertThat(most).isLessThan(400_000);
    }

    @Test
    void anEvaluationsPicturesStandBesideItsNumbersOrNothingIsWritten() throws IOException {
        TrainedRun run = TrainedRuns.count(5);
        TrainReport.write(run.outcome().predictions().orElseThrow(), run.task(), Map.of("numbers.json", "{}"), folder);
        assertThat(folder.resolve("numbers.json")).hasContent("{}");
        assertThat(folder.resolve("examples.svg")).isNotEmptyFile();
        assertThat(folder.resolve("index.html")).doesNotExist();
    }
}
