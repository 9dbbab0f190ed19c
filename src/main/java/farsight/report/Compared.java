package farsight.report;

import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A sweep over several devices. */
final class Compared {

    private Compared() {}

    /** The devices, in the order of the sweep. */
    static List<String> names(SweepResult sweep) {
        return sweep.points().stream().map(Point::device).distinct().toList();
    }

    /** Whether the sweep compares several devices. */
    static boolean several(SweepResult sweep) {
        return Lines.comparesDevices(sweep.points());
    }

    /** The points of the sweep on one device. */
    static SweepResult on(SweepResult sweep, String device) {
        return new SweepResult(
                sweep.title(),
                sweep.preset(),
                sweep.about(),
                sweep.limitBytes(),
                sweep.limitName(),
                sweep.points().stream().filter(p -> p.device().equals(device)).toList());
    }

    /** The lines of the sweep, each with the points of all devices. */
    static List<Line> together(SweepResult sweep) {
        Map<List<Object>, Line> lines = new LinkedHashMap<>();
        for (String device : names(sweep)) {
            for (Line line : Lines.of(on(sweep, device).points())) {
                lines.merge(List.of(line.label(), line.kind(), line.latent()), line, Compared::joined);
            }
        }
        return List.copyOf(lines.values());
    }

    private static Line joined(Line one, Line other) {
        List<Point> points = new ArrayList<>(one.points());
        points.addAll(other.points());
        return new Line(one.name(), one.variant(), one.kind(), one.latent(), List.copyOf(points));
    }

    /** A sentence on how the devices' bytes differ, after a space; empty for a single device. */
    static String devices(SweepResult sweep) {
        if (!several(sweep)) {
            return "";
        }
        Map<List<Object>, List<Point>> places = sweep.points().stream()
                .collect(Collectors.groupingBy(
                        p -> List.of(p.block(), p.spec(), p.batch(), p.positions(), p.pass()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        double spread =
                places.values().stream().mapToDouble(Compared::spread).max().orElse(0);
        boolean alike = places.values().stream()
                .allMatch(at -> at.stream().map(Point::status).distinct().count() == 1);
        return " Each of %s has its own marker; their bytes %s.%s"
                .formatted(
                        String.join(", ", names(sweep)),
                        spread == 0
                                ? "are the same"
                                : "differ by at most " + percent(spread) + " %, the headers of their arrays",
                        alike
                                ? ""
                                : " If one device refused a point that another ran, the filled marker covers the open one.");
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, part == 0 || part > 0.005 ? "%.0f" : "%.1g", 100 * part);
    }

    /** The largest memory over the smallest, minus 1. */
    private static double spread(List<Point> at) {
        var bytes = at.stream().mapToLong(Lines::memory).filter(b -> b > 0).summaryStatistics();
        return bytes.getCount() == 0 ? 0 : (double) bytes.getMax() / bytes.getMin() - 1;
    }
}
