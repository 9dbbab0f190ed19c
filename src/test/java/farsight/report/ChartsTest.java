package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Lines;
import farsight.report.chart.Style;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartsTest {

    @Test
    void everyPointHasAMarkerAndEveryLineALabel() {
        SweepResult sweep = Samples.realistic(false);
        Chart chart = chart(sweep, "memory-n");
        assertThat(chart.series().stream().mapToInt(s -> s.marks().size()).sum())
                .isEqualTo(sweep.points().size());
        assertThat(chart.series().stream().map(Chart.Series::label))
                .containsExactly(
                        "Non-local", "Dense GNN", "LatentGNN, d = 128", "LatentGNN, d = 64", "LatentGNN, d = 16", "GC");
    }

    @Test
    void markersShowThePointsStatus() {
        SweepResult sweep = Samples.realistic(false);
        List<Point> points = List.of(
                sweep.points().get(0),
                Samples.with(sweep.points().get(6), Status.REFUSED, "too large"),
                Samples.with(sweep.points().get(12), Status.OUT_OF_MEMORY, "gone"),
                Samples.with(sweep.points().get(18), Status.FAILED, "broken"));
        Chart chart = chart(Samples.sweep("", points), "memory-n");
        assertThat(chart.series()).hasSize(1);
        assertThat(chart.series().getFirst().marks().stream().map(Mark::sign))
                .containsExactly(Sign.FILLED, Sign.OPEN, Sign.CROSS, Sign.PLUS);
        assertThat(chart.keys().stream().map(Chart.Key::label))
                .containsExactly("predicted", "measured", "refused (see table)", "out of memory", "failed");
    }

    @Test
    void aMeasurementThatDiffersFromItsPredictionIsOffTheLine() {
        Point p = Samples.point("gc", 1024, 0, false);
        Point off = Samples.set(p, "measuredBytes", Long.toString(2 * p.measuredBytes()));
        Chart.Series series =
                chart(Samples.sweep("", List.of(off)), "memory-n").series().getFirst();
        assertThat(series.path().getFirst().y()).isEqualTo((double) p.predictedBytes());
        assertThat(series.marks().getFirst().at().y()).isEqualTo(2.0 * p.measuredBytes());
    }

    @Test
    void theLimitIsALabelledLineUnlessItIsFarAboveAllData() {
        Chart chart = chart(Samples.realistic(false), "memory-n");
        assertThat(chart.rules())
                .containsExactly(new Chart.Rule(
                        (double) Samples.LIMIT, "free memory of this machine: 25.2 GB", "limit: 25.2 GB"));
        SweepResult small = Samples.sweep("", List.of(Samples.point("gc", 1024, 0, false)));
        assertThat(chart(small, "memory-n").rules()).isEmpty();
    }

    @Test
    void memoryAgainstLatentNodesIsAtTheLargestMeasuredPositionsBesideTheFullAffinity() {
        Chart chart = chart(Samples.realistic(false), "memory-d");
        assertThat(chart.title()).isEqualTo("Memory against d at N = 262,144");
        assertThat(chart.series()).hasSize(1);
        assertThat(chart.series().getFirst().marks().stream().map(m -> m.at().x()))
                .containsExactly(16.0, 64.0, 128.0);
        assertThat(chart.rules().getFirst().label()).isEqualTo("Dense GNN, all N×N pairs: 275 GB (refused)");

        SweepResult cut = Samples.mapped(
                Samples.realistic(false),
                p -> p.latent() > 0 && p.positions() > 20_000 ? Samples.with(p, Status.REFUSED, "no") : p);
        assertThat(chart(cut, "memory-d").title()).isEqualTo("Memory against d at N = 16,384");
        assertThat(chart(cut, "memory-d").rules().getFirst().label()).endsWith("1.09 GB (measured)");
    }

    @Test
    void timeShowsPointsThatRanWithKernelTimeDashed() {
        Chart plain = chart(Samples.realistic(false), "time-n");
        assertThat(plain.series()).hasSize(6);
        assertThat(plain.series().stream().mapToInt(s -> s.marks().size()).sum())
                .isEqualTo(26);
        assertThat(plain.keys()).isEmpty();

        Chart device = chart(Samples.realistic(true), "time-n");
        assertThat(device.series()).hasSize(12);
        assertThat(device.series().subList(0, 6))
                .allSatisfy(s -> assertThat(s.style().dash()).isEmpty());
        assertThat(device.series().subList(6, 12))
                .allSatisfy(s -> assertThat(s.style().dash()).isNotEmpty());
        assertThat(device.keys()).hasSize(2);
    }

    @Test
    void aChartWithoutDataIsLeftOutWithANote() {
        Charts none = Charts.of(Samples.sweep("", List.of()));
        assertThat(none.made()).isEmpty();
        assertThat(none.missing()).hasSize(2);

        SweepResult refused = Samples.mapped(Samples.realistic(false), p -> Samples.with(p, Status.REFUSED, "no"));
        assertThat(Charts.of(refused).made().stream().map(Chart::name)).containsExactly("memory-n", "memory-d");
        assertThat(Charts.of(refused).missing()).singleElement().asString().startsWith("Time against N");

        SweepResult noLatent = Samples.sweep(
                "",
                Samples.realistic(false).points().stream()
                        .filter(p -> p.latent() == 0)
                        .toList());
        assertThat(Charts.of(noLatent).made().stream().map(Chart::name)).containsExactly("memory-n", "time-n");
        assertThat(Charts.of(noLatent).missing())
                .as("blocks that have no d miss no chart against it")
                .isEmpty();
        SweepResult oneLatent = Samples.sweep("", List.of(Samples.point("latentgnn", 1024, 16, false)));
        assertThat(Charts.of(oneLatent).missing()).singleElement().asString().startsWith("Memory against d");
    }

    @Test
    void linesOfOneChartDifferInMarkerOrDashAndNotInColourAlone() {
        Chart chart = chart(Samples.realistic(false), "memory-n");
        assertThat(chart.series().stream().map(s -> s.style().marker())).doesNotHaveDuplicates();
        assertThat(chart.series().stream().map(s -> s.style().dash())).doesNotHaveDuplicates();
        List<Lines.Line> many = Lines.of(java.util.stream.IntStream.rangeClosed(1, 40)
                .mapToObj(d -> Samples.point("latentgnn", 1024, d, false))
                .toList());
        assertThat(Style.of(many).values().stream().map(s -> List.of(s.marker(), s.dash())))
                .doesNotHaveDuplicates();
    }

    @Test
    void coloursAreVisibleOnWhite() {
        List<Point> points = new java.util.ArrayList<>();
        for (String block : List.of("dense", "nonlocal", "snl", "gc", "se", "mine")) {
            points.add(Samples.point(block, 1024, 0, false));
        }
        for (int d : new int[] {8, 16, 32, 64}) {
            points.add(Samples.point("latentgnn", 1024, d, false));
            points.add(Samples.point("latentgnn-talk", 1024, d, false));
        }
        assertThat(Style.of(Lines.of(points)).values())
                .allSatisfy(s -> assertThat(contrastToWhite(s.color())).isGreaterThan(3));
    }

    @Test
    void everyKindHasAVisibleColourOtherThanTheUnknowns() {
        for (String kind : BlockSpec.kinds()) {
            // The smaller d is drawn lighter.
            int d = NamedBlock.of(kind).orElseThrow().latent() ? 8 : 0;
            List<Lines.Line> lines =
                    Lines.of(List.of(Samples.point(kind, 1024, d, false), Samples.point(kind, 1024, 8 * d, false)));
            assertThat(Style.of(lines).values()).as(kind).allSatisfy(s -> {
                assertThat(contrastToWhite(s.color())).isGreaterThan(3);
                assertThat(s.color()).isNotEqualTo(0x5A5A5A);
            });
        }
        List<Point> stranger = List.of(Samples.point("mine", 1024, 0, false));
        assertThat(Style.of(Lines.of(stranger)).values()).allMatch(s -> s.color() == 0x5A5A5A);
        assertThat(Lines.unknown(stranger)).containsExactly("mine");
        assertThat(Lines.unknown(Samples.realistic(false).points())).isEmpty();
    }

    private static double contrastToWhite(int color) {
        double luminance = 0;
        double[] weights = {0.2126, 0.7152, 0.0722};
        for (int i = 0; i < 3; i++) {
            double c = (color >> (16 - 8 * i) & 0xFF) / 255.0;
            luminance += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
        }
        return 1.05 / (luminance + 0.05);
    }

    private static Chart chart(SweepResult sweep, String name) {
        return Charts.of(sweep).made().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The realistic sweep on vector, and on a device whose arrays have headers and which does not run all of it. */
    private static SweepResult compared() {
        List<Point> both = new java.util.ArrayList<>(Samples.realistic(false).points());
        for (Point p : Samples.realistic(true).points()) {
            Point headed = Samples.set(p, "device", "opencl:0");
            if (p.status() == Status.OK) {
                headed = Samples.set(headed, "measuredBytes", Long.toString(p.measuredBytes() * 5 / 4));
            }
            both.add(p.latent() == 128 ? Samples.with(headed, Status.REFUSED, "no") : headed);
        }
        return Samples.sweep("", both);
    }

    @Test
    void memoryOfSeveralDevicesHasOneLineAndAMarkerPerDevice() {
        Chart alone = Charts.of(Samples.realistic(false)).made().getFirst();
        Chart memory = chart(compared(), "memory-n");
        assertThat(memory.setting()).contains("vector", "opencl:0");
        assertThat(memory.series()).hasSameSizeAs(alone.series());
        for (int i = 0; i < alone.series().size(); i++) {
            Chart.Series one = alone.series().get(i);
            Chart.Series both = memory.series().get(i);
            assertThat(both.label()).isEqualTo(one.label());
            assertThat(both.path()).isEqualTo(one.path());
            assertThat(both.marks()).hasSize(2 * one.marks().size());
            assertThat(both.marks()).extracting(Mark::note).anyMatch(n -> n.contains("opencl:0"));
        }
        Chart.Series refused = memory.series().stream()
                .filter(s -> s.label().endsWith("128"))
                .findFirst()
                .orElseThrow();
        assertThat(refused.marks().stream().map(Mark::sign).limit(2))
                .as("the measured one lies on top")
                .containsExactly(Sign.OPEN, Sign.FILLED);
        assertThat(memory.keys().stream().map(Chart.Key::label)).contains("measured, on each device");
        assertThat(memory.caption())
                .contains("Each of vector, opencl:0 has its own marker; their bytes differ by at most 25 %")
                .contains("the filled marker covers the open one");
        assertThat(alone.caption()).doesNotContain("differ");
        assertThat(chart(compared(), "memory-d").series().getFirst().marks()).hasSize(6);
    }

    @Test
    void timeOfSeveralDevicesHasALinePerDevice() {
        Charts alone = Charts.of(Samples.realistic(false));
        Chart time = chart(compared(), "time-n");
        // On the second device LatentGNN with 128 did not run.
        assertThat(time.series()).hasSize(2 * alone.made().getLast().series().size() - 1);
        assertThat(time.series()).allSatisfy(line -> {
            boolean first = line.label().endsWith(", vector");
            assertThat(first || line.label().endsWith(", opencl:0")).isTrue();
            assertThat(line.style().dash().isEmpty()).isEqualTo(first);
        });
    }

    @Test
    void linesOfASpreadSweepJoinThePointsOfAllDevices() {
        List<Point> spread = new java.util.ArrayList<>();
        for (Point p : Samples.realistic(true).points()) {
            spread.add(Samples.set(p, "device", "cuda:" + spread.size() % 2));
        }
        SweepResult alone = Samples.realistic(true);
        SweepResult sweep = Samples.sweep("", spread);
        for (String name : Charts.NAMES) {
            assertThat(chart(sweep, name).series().stream().map(Chart.Series::label))
                    .as(name)
                    .containsExactlyElementsOf(chart(alone, name).series().stream()
                            .map(Chart.Series::label)
                            .toList());
        }
        assertThat(Summary.comparisons(sweep))
                .isEqualTo(Summary.comparisons(alone))
                .isNotEmpty();
    }
}
