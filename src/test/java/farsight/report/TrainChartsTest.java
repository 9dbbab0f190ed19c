package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Svg;
import farsight.train.History;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainChartsTest {

    private static Chart chart(TrainedRun run, String name) {
        return TrainCharts.of(run).stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Chart loss(int steps, DoubleUnaryOperator loss) {
        return chart(TrainedRuns.of(TrainedRuns.dense(), TrainedRuns.RECALL, "recall", steps, loss, _ -> 1), "loss");
    }

    private static List<Double> ys(Chart chart) {
        return chart.series().stream()
                .flatMap(s -> s.path().stream())
                .map(Spot::y)
                .toList();
    }

    @Test
    void aLossOverDecadesHasALogarithmicAxisAndAnotherALinear() {
        assertThat(loss(300, t -> Math.exp(-t / 20)).y().linear()).isFalse();
        assertThat(loss(300, t -> 1 + t / 300).y().linear()).isTrue();
        assertThat(loss(300, _ -> 0).y().linear()).isTrue();
    }

    @Test
    void aLossOfZeroStaysOnALogarithmicAxis() {
        Chart chart = loss(60, t -> t % 7 == 6 ? 0 : Math.exp(-t));
        assertThat(chart.y().linear()).isFalse();
        assertThat(ys(chart)).allSatisfy(y -> assertThat(chart.y().at(y)).isBetween(0.0, 1.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 49, 500, 501, 12_347})
    void everyPointLiesOnItsAxesAndTheDrawingHoldsTogether(int steps) {
        List<Chart> charts = new ArrayList<>(TrainCharts.of(TrainedRuns.recall(steps)));
        charts.addAll(TrainCharts.of(TrainedRuns.count(steps)));
        charts.add(loss(steps, t -> 1e-7 + 3e-9 * Math.sin(t)));
        charts.add(loss(steps, t -> 1e9 * (1.5 + Math.sin(t))));
        for (Chart chart : charts) {
            chart.series()
                    .forEach(s -> s.path().forEach(spot -> {
                        assertThat(chart.x().at(spot.x())).isBetween(0.0, 1.0);
                        assertThat(chart.y().at(spot.y())).as(chart.name()).isBetween(0.0, 1.0);
                    }));
            Placed.check(ChartLayout.wide(chart));
            Placed.check(ChartLayout.narrow(chart));
        }
    }

    @Test
    void chanceIsOneOfTheClasses() {
        assertThat(chart(TrainedRuns.recall(9), "accuracy").rules())
                .singleElement()
                .satisfies(r -> assertThat(r.value()).isEqualTo(1.0 / 3));
        assertThat(chart(TrainedRuns.count(9), "accuracy").rules())
                .singleElement()
                .satisfies(r -> assertThat(r.value()).isEqualTo(0.5));
    }

    @Test
    void onlyLabelsOfPositionsHaveIouAndOnlyASchedulesRateIsDrawn() {
        assertThat(TrainCharts.of(TrainedRuns.recall(9)))
                .extracting(Chart::name)
                .containsExactly("loss", "accuracy", "iou");
        assertThat(TrainCharts.of(TrainedRuns.count(9)))
                .extracting(Chart::name)
                .containsExactly("loss", "accuracy", "rate");
        assertThat(TrainCharts.of(TrainedRuns.of(TrainedRuns.regression(), null, "a", 9, _ -> 1, _ -> 1)))
                .extracting(Chart::name)
                .containsExactly("loss");
    }

    @Test
    void aStepWithoutCountedLabelsIsLeftOut() {
        TrainedRun run = TrainedRuns.recall(10);
        List<History.Step> steps = run.history().steps().stream()
                .map(s -> s.step() == 4 ? new History.Step(4, 1, Double.NaN, 1, Double.NaN) : s)
                .toList();
        TrainedRun changed = new TrainedRun(
                run.plan(),
                run.data(),
                run.task(),
                run.inserted(),
                run.outcome(),
                new History(steps, run.history().evaluations()),
                run.costs(),
                run.device(),
                run.predictedBytes(),
                run.about());
        Series training = chart(changed, "accuracy").series().getFirst();
        assertThat(training.path()).extracting(Spot::x).hasSize(9).doesNotContain(5.0);
        assertThat(training.path()).extracting(Spot::y).doesNotContain(Double.NaN);
    }

    @Test
    void aStepStandsWhereTheEvaluationAfterItDoes() {
        for (int steps : new int[] {1, 30, 400}) {
            Chart chart = chart(TrainedRuns.recall(steps), "accuracy");
            List<Spot> training = chart.series().getFirst().path();
            assertThat(training.getFirst().x()).isEqualTo(1);
            assertThat(training.getLast().x()).isEqualTo(steps);
            assertThat(chart.series().getLast().path().getLast().x()).isEqualTo(steps);
        }
    }

    @Test
    void noLineIsDrawnTwice() {
        for (int steps : new int[] {2, 99, 100, 1000}) {
            List<Series> training = chart(TrainedRuns.recall(steps), "loss").series().stream()
                    .filter(line -> !line.label().equals("held out"))
                    .toList();
            assertThat(training).hasSize(steps < 100 ? 1 : 2);
            assertThat(training).extracting(Series::path).doesNotHaveDuplicates();
            assertThat(training).extracting(Series::label).doesNotHaveDuplicates();
        }
    }

    @Test
    void theCornersOfACurveWithoutMarkersAreRound() {
        String svg = Svg.file(ChartLayout.wide(chart(TrainedRuns.recall(30), "loss")));
        assertThat(svg.split("stroke-linejoin=\"round\"/>", -1)).as("one curve").hasSize(2);
    }

    @Test
    void theLastEvaluationHasAMarkerHoweverManyThereAre() {
        for (int steps : new int[] {1, 30, 99, 1000}) {
            Series heldOut = chart(TrainedRuns.recall(steps), "loss").series().getLast();
            assertThat(heldOut.label()).isEqualTo("held out");
            assertThat(heldOut.marks()).hasSizeBetween(1, 50);
            assertThat(heldOut.marks().getLast().at().x()).isGreaterThan(0.98 * steps);
        }
    }

    private static List<Spot> spots(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Spot(i, Math.sin(i * 0.7) + i % 97 * 0.1))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 499, 500, 501, 997, 250_007})
    void aThinnedCurveHasTheOutlineAndTheMeanOfTheFull(int count) {
        List<Spot> all = spots(count);
        List<Spot> outline = Curve.outline(all);
        assertThat(outline).hasSizeLessThanOrEqualTo(Curve.MOST).isSubsetOf(all);
        assertThat(outline).isSortedAccordingTo(java.util.Comparator.comparingDouble(Spot::x));
        assertThat(extreme(outline, 1)).isEqualTo(extreme(all, 1));
        assertThat(extreme(outline, -1)).isEqualTo(extreme(all, -1));
        List<Spot> means = Curve.means(all);
        assertThat(means).hasSizeBetween(1, Curve.MOST);
        assertThat(means.getLast().x()).isEqualTo(all.getLast().x());
        assertThat(extreme(means, 1)).isLessThanOrEqualTo(extreme(all, 1));
    }

    private static double extreme(List<Spot> spots, int sign) {
        return sign * spots.stream().mapToDouble(s -> sign * s.y()).max().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 1000})
    void theRunningMeanIsThatOfTheLastSteps(int window) {
        List<Spot> all = spots(200);
        List<Spot> running = Curve.running(all, window);
        for (int i = 0; i < all.size(); i++) {
            double mean = all.subList(Math.max(0, i + 1 - window), i + 1).stream()
                    .mapToDouble(Spot::y)
                    .average()
                    .orElseThrow();
            assertThat(running.get(i).y()).isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-12));
            assertThat(running.get(i).x()).isEqualTo(all.get(i).x());
        }
    }
}
