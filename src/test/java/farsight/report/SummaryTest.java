package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Lines;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void memoryAndTimeAreComparedAtTheLargestCommonN() {
        List<String> sentences = Summary.comparisons(Samples.realistic(false));
        Point latent = Samples.point("latentgnn", 262_144, 64, false);
        Point full = Samples.point("dense", 262_144, 0, false);
        assertThat(sentences).hasSize(2);
        assertThat(sentences.get(0))
                .isEqualTo(
                        "At N = 262,144 LatentGNN (d = 64) takes %s; the full affinity, Dense GNN, would take %s, %s times as much, and was refused."
                                .formatted(
                                        Units.bytes(latent.measuredBytes()),
                                        Units.bytes(full.predictedBytes()),
                                        Units.ratio((double) full.predictedBytes() / latent.measuredBytes())));
        Point timed = Samples.point("latentgnn", 16_384, 64, false);
        Point fullTimed = Samples.point("dense", 16_384, 0, false);
        assertThat(sentences.get(1))
                .startsWith("At N = 16,384, the largest at which both ran, LatentGNN (d = 64) takes")
                .contains(Units.nanos(timed.medianNanos()), Units.nanos(fullTimed.medianNanos()))
                .endsWith(": %s times as long."
                        .formatted(Units.ratio((double) fullTimed.medianNanos() / timed.medianNanos())));
    }

    @Test
    void ofSeveralLatentBlocksTheReleasedOneIsCompared() {
        List<Point> points = new ArrayList<>(Samples.realistic(false).points());
        for (int d : new int[] {16, 64, 128}) {
            points.add(Samples.point("latentgnn-talk", 262_144, d, false));
        }
        List<String> alone = Summary.comparisons(Samples.realistic(false));
        assertThat(Summary.comparisons(Samples.sweep("", points))).isEqualTo(alone);
        assertThat(Summary.comparisons(Samples.sweep("", points.reversed()))).isEqualTo(alone);
        assertThat(Summary.comparisons(without(Samples.sweep("", points), "latentgnn"))
                        .getFirst())
                .contains("LatentGNN of the talk (d = 64)");
    }

    @Test
    void nonLocalIsTheReferenceWithoutDenseAndNothingWithoutBoth() {
        SweepResult all = Samples.realistic(false);
        assertThat(Summary.comparisons(without(all, "dense")).getFirst()).contains("the full affinity, Non-local,");
        assertThat(Summary.comparisons(without(without(all, "dense"), "nonlocal")))
                .isEmpty();
        assertThat(Summary.comparisons(without(all, "latentgnn"))).isEmpty();
    }

    @Test
    void everyBlockShowsItsLargestNAndWhatStoppedIt() {
        List<Summary.Reach> reaches = Summary.reaches(Samples.realistic(false));
        assertThat(reaches.stream().map(Summary.Reach::subject))
                .containsExactly("Dense GNN", "Non-local", "LatentGNN (d = 16, 64, 128)", "GC");
        assertThat(reaches.getFirst().text())
                .startsWith("ran up to N = 16,384 (1.09 GB, 1.72 s per run); at N = 65,536 it was refused: A [65536")
                .endsWith("at most 2,147,483,639 here.");
        assertThat(reaches.getLast().text()).startsWith("ran up to N = 262,144").endsWith("the largest of this sweep.");
    }

    @Test
    void aBlockThatNeverRanShowsTheReason() {
        SweepResult sweep = Samples.sweep(
                "", List.of(Samples.with(Samples.point("gc", 1024, 0, false), Status.OUT_OF_MEMORY, "no room")));
        assertThat(Summary.reaches(sweep).getFirst().text())
                .isEqualTo("ran at no N; at N = 1,024 it ran out of memory: no room.");
    }

    @Test
    void linesAreNamedByTheOptionsThatTheSweepVaries() {
        Point full = Samples.point("nonlocal", 1024, 0, false);
        Point streaming = Samples.set(full, "spec", full.spec().replace("}", ",\"attention\":\"streaming\"}"));
        List<Lines.Line> lines = Lines.of(List.of(full, streaming));
        assertThat(lines.stream().map(Lines.Line::label))
                .containsExactly("Non-local, attention default", "Non-local, attention streaming");
        assertThat(lines.stream().map(Lines.Line::full)).containsExactly(true, false);
    }

    @Test
    void figuresHaveThreeDigitsAndUnits() {
        assertThat(Units.nanos(950)).isEqualTo("950 ns");
        assertThat(Units.nanos(12_345)).isEqualTo("12.3 µs");
        assertThat(Units.nanos(999_600)).isEqualTo("1.00 ms");
        assertThat(Units.nanos(1_234_000_000_000L)).isEqualTo("1,234 s");
        assertThat(Units.nanos(-1)).isEqualTo("–");
        assertThat(Units.bytes(-1)).isEqualTo("–");
        assertThat(Units.gflops(5_000_000_000L, 1_000_000_000L)).isEqualTo("5.00");
        assertThat(Units.ratio(139.6)).isEqualTo("140");
        assertThat(Units.ratio(1.84)).isEqualTo("1.8");
        assertThat(Units.ratio(0.512)).isEqualTo("0.51");
        assertThat(Units.bytesTick(2e8)).isEqualTo("200 MB");
        assertThat(Units.nanosTick(1e6)).isEqualTo("1 ms");
    }

    private static SweepResult without(SweepResult sweep, String block) {
        return Samples.sweep(
                "",
                sweep.points().stream().filter(p -> !p.block().equals(block)).toList());
    }
}
