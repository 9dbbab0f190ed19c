package farsight.report;

import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.ChartParts;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Wall time, and its part in kernels if the device reports it. */
final class TimeCharts {

    private TimeCharts() {}

    /** Time against N, log-log, one line per block and d. Empty if no point was timed. */
    static Optional<Chart> againstN(SweepResult sweep, List<Line> lines, Map<Line, Style> styles) {
        boolean device = lines.stream().flatMap(line -> line.points().stream()).anyMatch(TimeCharts::tellsKernels);
        return chart(sweep, lines, styles, device);
    }

    /** Wall time against N with one line per block, d and device. */
    static Optional<Chart> ofDevices(SweepResult sweep, List<Line> lines, Map<Line, Style> styles) {
        return chart(sweep, lines, styles, false);
    }

    private static Optional<Chart> chart(SweepResult sweep, List<Line> lines, Map<Line, Style> styles, boolean device) {
        List<Series> wall = new ArrayList<>();
        List<Series> kernels = new ArrayList<>();
        for (Line line : lines) {
            Style style = ChartParts.style(styles, line);
            List<Mark> marks = line.points().stream()
                    .filter(p -> p.status() == Status.OK && p.medianNanos() > 0)
                    .map(p -> new Mark(new Spot(p.positions(), p.medianNanos()), Sign.FILLED, ChartParts.note(line, p)))
                    .toList();
            if (!marks.isEmpty()) {
                // Dashes distinguish kernel time from wall time here, so only markers distinguish blocks.
                Style shown = device ? style.solid() : style;
                wall.add(new Series(
                        line.label(), shown, marks.stream().map(Mark::at).toList(), marks));
            }
            List<Spot> inKernels = line.points().stream()
                    .filter(p -> device && tellsKernels(p))
                    .map(p -> new Spot(p.positions(), p.kernelNanos()))
                    .toList();
            if (!inKernels.isEmpty()) {
                kernels.add(new Series("", style.part(), inKernels, List.of()));
            }
        }
        if (wall.isEmpty()) {
            return Optional.empty();
        }
        List<Series> all = new ArrayList<>(ChartParts.fromTheTop(wall));
        all.addAll(kernels);
        List<Chart.Key> keys = device
                ? List.of(
                        new Chart.Key("wall time", ChartParts.PLAIN, Sign.NONE),
                        new Chart.Key("of it in kernels", ChartParts.PLAIN.part(), Sign.NONE))
                : List.of();
        return Optional.of(new Chart(
                "time-n",
                "Time against N",
                Summary.setting(sweep),
                "Wall time of a run, the median of those after the first, for growing numbers of positions N."
                        + (device ? " Dashed: the part that the device spent in kernels." : ""),
                Axis.at("N, positions", ChartParts.xs(all)),
                Axis.round(
                        "Time of a run, median",
                        ChartParts.spots(all).map(Spot::y).toList(),
                        Units::nanosTick),
                all,
                List.of(),
                keys));
    }

    private static boolean tellsKernels(Point p) {
        return p.status() == Status.OK && p.kernelNanos() > 0;
    }
}
