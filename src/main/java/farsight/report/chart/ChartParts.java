package farsight.report.chart;

import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.Lines.Line;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Shared parts of the charts of points. */
public final class ChartParts {

    /** The style of signs in the legend, in no line's colour. */
    public static final Style PLAIN = new Style(Style.FAINT_INK, Style.Marker.CIRCLE, List.of(), Style.WIDTH);

    private ChartParts() {}

    /**
     * The style of a line.
     *
     * @throws IllegalArgumentException when it has none
     */
    public static Style style(Map<Line, Style> styles, Line line) {
        Style style = styles.get(line);
        if (style == null) {
            throw new IllegalArgumentException("no style for " + line.label());
        }
        return style;
    }

    /** The figures of a point, one per line. */
    public static String note(Line line, Point p) {
        StringBuilder note = new StringBuilder(line.label())
                .append("\nN = ")
                .append(Units.count(p.positions()))
                .append("\npredicted ")
                .append(Units.bytes(p.predictedBytes()));
        if (p.status() == Status.OK) {
            note.append("\nmeasured ").append(Units.bytes(p.measuredBytes()));
            note.append("\nmedian ").append(Units.nanos(p.medianNanos()));
            if (p.kernelNanos() > 0) {
                note.append("\nin kernels ").append(Units.nanos(p.kernelNanos()));
            }
        } else {
            note.append('\n').append(p.status()).append(p.message().isEmpty() ? "" : ": " + p.message());
        }
        return note.toString();
    }

    /** Sorted from top to bottom by the lines' right ends, so that the legend is easy to follow. */
    public static List<Series> fromTheTop(List<Series> series) {
        double end = spots(series).mapToDouble(Spot::x).max().orElse(1);
        return series.stream()
                .sorted(Comparator.comparingDouble((Series s) -> -heightAt(end, s.path()))
                        .thenComparing(Series::label))
                .toList();
    }

    // A line that ends early is extrapolated by its last slope.
    private static double heightAt(double x, List<Spot> path) {
        Spot last = path.getLast();
        if (path.size() < 2 || last.x() == x) {
            return last.y();
        }
        Spot before = path.get(path.size() - 2);
        double slope = Math.log(last.y() / before.y()) / Math.log(last.x() / before.x());
        return last.y() * Math.pow(x / last.x(), slope);
    }

    /** Every point of lines and markers. */
    public static Stream<Spot> spots(List<Series> series) {
        return series.stream()
                .flatMap(
                        s -> Stream.concat(s.path().stream(), s.marks().stream().map(Chart.Mark::at)));
    }

    /** The x values, as whole numbers. */
    public static List<Long> xs(List<Series> series) {
        return spots(series).map(spot -> (long) spot.x()).toList();
    }
}
