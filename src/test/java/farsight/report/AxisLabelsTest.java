package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Text;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tick below a chart has a label, and labels do not overlap. */
class AxisLabelsTest {

    /** Values of N whose labels all have room, in three rows at most. */
    static Stream<List<Long>> few() {
        return Stream.of(
                List.of(40_000L),
                List.of(1L),
                List.of(1000L, 1001L),
                List.of(39_999L, 40_000L, 40_001L),
                List.of(1L, 2L, 3L),
                List.of(1024L, 8192L, 65_536L),
                List.of(1L, 1_000_000_000L),
                List.of(1024L, 4096L, 10_000L, 22_500L, 40_000L, 62_500L, 250_000L),
                LongStream.iterate(256, n -> n <= 4_194_304, n -> n * 4).boxed().toList());
    }

    /** Too many for that. */
    static Stream<List<Long>> many() {
        return Stream.of(
                LongStream.rangeClosed(1, 20).map(k -> 100 * k * k).boxed().toList(),
                LongStream.rangeClosed(1, 200).map(k -> 997 * k).boxed().toList(),
                LongStream.rangeClosed(100_000, 100_040).boxed().toList(),
                LongStream.iterate(1, n -> n <= 1L << 40, n -> n * 2).boxed().toList());
    }

    private static List<Chart> charts(List<Long> positions) {
        List<Point> points = new ArrayList<>();
        for (long n : positions) {
            points.add(Samples.point("gc", n, 0, false));
            points.add(Samples.point("latentgnn", n, 16, false));
        }
        SweepResult sweep = Samples.sweep("", points);
        return Charts.of(sweep).made();
    }

    /** The N of a chart's markers: one of times has none of points that did not run. */
    private static Stream<Long> measured(Chart chart) {
        return chart.series().stream()
                .flatMap(s -> s.marks().stream())
                .map(m -> (long) m.at().x())
                .distinct();
    }

    private static List<Text> labels(Drawing d, Chart chart) {
        List<String> ticks = chart.x().ticks().stream().map(Axis.Tick::label).toList();
        return d.shapes().stream()
                .filter(s -> s instanceof Text t && t.anchor() == Anchor.MIDDLE && ticks.contains(t.text()))
                .map(Text.class::cast)
                .toList();
    }

    /** Ticks: the short dark lines below the plot. */
    private static long ticks(Drawing d) {
        return d.shapes().stream()
                .filter(s -> s instanceof Drawing.Path p
                        && p.color() == Style.INK
                        && p.xs().size() == 2
                        && p.xs().getFirst().equals(p.xs().getLast())
                        && p.ys().getLast() - p.ys().getFirst() == 5)
                .count();
    }

    private static void areReadable(Drawing d, List<Text> labels) {
        for (Text one : labels) {
            double half = Drawing.textWidth(one.text(), one.size(), false) / 2;
            assertThat(one.x() - half).isNotNegative();
            assertThat(one.x() + half).isLessThanOrEqualTo(d.width());
            assertThat(one.y()).isLessThan(d.height());
            for (Text other : labels) {
                if (!one.equals(other) && Math.abs(one.y() - other.y()) < one.size()) {
                    double room = Math.abs(one.x() - other.x())
                            - half
                            - Drawing.textWidth(other.text(), other.size(), false) / 2;
                    assertThat(room)
                            .as("%s beside %s", one.text(), other.text())
                            .isGreaterThan(5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("few")
    void everyMeasuredNIsLabelled(List<Long> positions) {
        for (Chart chart : charts(positions)) {
            for (Drawing d : List.of(ChartLayout.wide(chart), ChartLayout.narrow(chart))) {
                List<Text> labels = labels(d, chart);
                assertThat(labels.stream().map(Text::text))
                        .containsExactlyInAnyOrderElementsOf(
                                measured(chart).map(Units::count).toList());
                assertThat(ticks(d)).isEqualTo(labels.size());
                areReadable(d, labels);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("many")
    void withTooManyValuesTheAxisChoosesLabelledTicks(List<Long> positions) {
        for (Chart chart : charts(positions)) {
            for (Drawing d : List.of(ChartLayout.wide(chart), ChartLayout.narrow(chart))) {
                List<Text> labels = labels(d, chart);
                assertThat(labels).isNotEmpty();
                assertThat(labels.stream().map(Text::text))
                        .contains(Units.count(
                                measured(chart).max(Comparator.naturalOrder()).orElseThrow()));
                assertThat(ticks(d)).isEqualTo(labels.size());
                areReadable(d, labels);
            }
        }
    }

    @Test
    void valuesThatHardlyDifferStayNearTheMiddle() {
        Axis axis = Axis.at("N", List.of(40_000L, 40_001L));
        assertThat(axis.at(40_000)).isBetween(0.49, 0.5);
        assertThat(axis.at(40_001)).isBetween(0.5, 0.51);
        Axis wide = Axis.at("N", List.of(256L, 4_194_304L));
        assertThat(wide.at(256)).isBetween(0.0, 0.1);
        assertThat(wide.at(4_194_304)).isBetween(0.9, 1.0);
    }

    @Test
    void labelsOfBytesAndTimesDoNotOverlap() {
        for (Chart chart : charts(List.of(1L, 1000L, 1_000_000_000L))) {
            for (Drawing d : List.of(ChartLayout.wide(chart), ChartLayout.narrow(chart))) {
                List<Text> labels = d.shapes().stream()
                        .filter(s -> s instanceof Text t && t.anchor() == Anchor.END)
                        .map(Text.class::cast)
                        .sorted(Comparator.comparingDouble(Text::y))
                        .toList();
                assertThat(labels).hasSizeGreaterThan(2);
                for (int i = 1; i < labels.size(); i++) {
                    assertThat(labels.get(i).y() - labels.get(i - 1).y())
                            .isGreaterThanOrEqualTo(labels.get(i).size());
                }
            }
        }
    }

    /** Of values that differ by less than three digits tell. */
    @ParameterizedTest
    @MethodSource("close")
    void neighboursOnALinearAxisHaveLabelsOfTheirOwn(List<Double> values) {
        assertThat(Axis.linear("loss", values).ticks())
                .extracting(Axis.Tick::label)
                .doesNotHaveDuplicates();
    }

    static Stream<List<Double>> close() {
        return Stream.of(
                List.of(1.08, 1.12),
                List.of(1.0987, 1.0991),
                List.of(0.25, 0.250001),
                List.of(123_456.0, 123_457.0),
                List.of(1e-5, 1.0001e-5),
                List.of(-3.001, -3.0),
                List.of(0.0, 2.0),
                List.of(7.0));
    }
}
