package farsight.report;

import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Rule;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.ChartParts;
import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** Bytes of all arrays: lines for predictions, markers for measurements. */
final class MemoryCharts {

    /** A limit that is this factor above all data is not drawn: it would press the data into the lower half. */
    private static final double FAR = 1e4;

    private MemoryCharts() {}

    /** Memory against N, log-log, one line per block and d. Empty if no point has a size. */
    static Optional<Chart> againstN(SweepResult sweep, List<Line> lines, Map<Line, Style> styles) {
        List<Series> series = new ArrayList<>();
        for (Line line : lines) {
            add(series, line.label(), ChartParts.style(styles, line), of(line, line.points()), Point::positions);
        }
        if (series.isEmpty()) {
            return Optional.empty();
        }
        List<Rule> rules = limit(sweep, series).stream().toList();
        return Optional.of(new Chart(
                "memory-n",
                "Memory against N",
                Summary.setting(sweep),
                "Bytes of all arrays of a block, for growing numbers of positions N. Lines are predictions made"
                        + " before anything was allocated, filled markers are measurements."
                        + Compared.devices(sweep),
                Axis.at("N, positions", ChartParts.xs(series)),
                bytes(series, rules),
                ChartParts.fromTheTop(series),
                rules,
                keys(sweep, series)));
    }

    /**
     * Memory against d, at the largest N measured for two d, with the full affinity for reference. Empty if no N has
     * two d.
     */
    static Optional<Chart> againstD(SweepResult sweep, List<Line> lines, Map<Line, Style> styles) {
        List<Line> latent = lines.stream().filter(line -> line.latent() > 0).toList();
        OptionalLong at = positionsOfSeveralD(latent);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        long n = at.getAsLong();
        // The last line of a family has its largest d, and so the darkest colour.
        Map<String, Style> families = new LinkedHashMap<>();
        Map<String, List<Labelled>> points = new LinkedHashMap<>();
        for (Line line : latent) {
            families.put(line.family(), ChartParts.style(styles, line).solid());
            points.computeIfAbsent(line.family(), k -> new ArrayList<>())
                    .addAll(of(
                            line,
                            line.points().stream()
                                    .filter(p -> p.positions() == n)
                                    .toList()));
        }
        List<Series> series = new ArrayList<>();
        families.forEach(
                (family, style) -> add(series, family, style, points.getOrDefault(family, List.of()), Point::latent));
        List<Rule> rules = new ArrayList<>();
        Lines.full(lines, n).ifPresent(p -> rules.add(full(p)));
        limit(sweep, series).ifPresent(rules::add);
        return Optional.of(new Chart(
                "memory-d",
                "Memory against d at N = " + Units.count(n),
                Summary.setting(sweep),
                "Bytes of all arrays at N = %s, for growing numbers of latent nodes d.".formatted(Units.count(n))
                        + Compared.devices(sweep),
                Axis.at("d, latent nodes", ChartParts.xs(series)),
                bytes(series, rules),
                ChartParts.fromTheTop(series),
                rules,
                keys(sweep, series)));
    }

    /** A point with its line. */
    private record Labelled(Line line, Point point) {}

    private static List<Labelled> of(Line line, List<Point> points) {
        boolean several = points.stream().map(Point::device).distinct().count() > 1;
        return points.stream()
                .filter(p -> Lines.memory(p) > 0)
                .map(p -> new Labelled(several ? line.on(p.device()) : line, p))
                .toList();
    }

    private static void add(
            List<Series> series, String label, Style style, List<Labelled> points, ToLongFunction<Point> x) {
        if (points.isEmpty()) {
            return;
        }
        List<Spot> path = new ArrayList<>();
        List<Mark> marks = new ArrayList<>();
        List<Labelled> sorted = points.stream()
                // If points of several devices coincide, the measured one is drawn last.
                .sorted(Comparator.<Labelled>comparingLong(l -> x.applyAsLong(l.point()))
                        .thenComparing(l -> l.point().status() == Status.OK))
                .toList();
        for (Labelled l : sorted) {
            Point p = l.point();
            if (path.isEmpty() || path.getLast().x() != x.applyAsLong(p)) {
                path.add(new Spot(x.applyAsLong(p), p.predictedBytes() > 0 ? p.predictedBytes() : Lines.memory(p)));
            }
            marks.add(new Mark(
                    new Spot(x.applyAsLong(p), Lines.memory(p)), sign(p.status()), ChartParts.note(l.line(), p)));
        }
        series.add(new Series(label, style, path, marks));
    }

    private static Sign sign(Status status) {
        return switch (status) {
            case OK -> Sign.FILLED;
            case REFUSED -> Sign.OPEN;
            case OUT_OF_MEMORY -> Sign.CROSS;
            case FAILED -> Sign.PLUS;
        };
    }

    private static OptionalLong positionsOfSeveralD(List<Line> latent) {
        OptionalLong measured = positionsOfSeveralD(latent, true);
        return measured.isPresent() ? measured : positionsOfSeveralD(latent, false);
    }

    private static OptionalLong positionsOfSeveralD(List<Line> latent, boolean measured) {
        return latent.stream()
                .flatMap(line -> line.points().stream())
                .filter(p -> !measured || p.status() == Status.OK)
                .mapToLong(Point::positions)
                .filter(n -> latent.stream()
                                .filter(line ->
                                        line.points().stream().anyMatch(p -> p.positions() == n && Lines.memory(p) > 0))
                                .mapToInt(Line::latent)
                                .distinct()
                                .count()
                        > 1)
                .max();
    }

    private static Rule full(Point p) {
        String bytes = Units.bytes(Lines.memory(p));
        String name = Lines.name(p.block());
        String how = p.status() == Status.OK ? "measured" : p.status().toString();
        return new Rule(
                Lines.memory(p),
                "%s, all N×N pairs: %s (%s)".formatted(name, bytes, how),
                "%s: %s (%s)".formatted(name, bytes, how));
    }

    private static Optional<Rule> limit(SweepResult sweep, List<Series> series) {
        long bytes = sweep.limitBytes();
        double largest = ChartParts.spots(series).mapToDouble(Spot::y).max().orElse(0);
        if (bytes <= 0 || bytes == Long.MAX_VALUE || bytes > FAR * largest) {
            return Optional.empty();
        }
        String brief = "limit: " + Units.bytes(bytes);
        String name = sweep.limitName().strip();
        return Optional.of(new Rule(bytes, name.isEmpty() ? brief : name + ": " + Units.bytes(bytes), brief));
    }

    private static Axis bytes(List<Series> series, List<Rule> rules) {
        List<Double> values = new ArrayList<>();
        ChartParts.spots(series).forEach(spot -> values.add(spot.y()));
        rules.forEach(rule -> values.add(rule.value()));
        return Axis.round("Memory of all arrays", values, Units::bytesTick);
    }

    private static List<Chart.Key> keys(SweepResult sweep, List<Series> series) {
        List<Chart.Key> keys = new ArrayList<>();
        if (series.stream().anyMatch(s -> s.path().size() > 1)) {
            keys.add(new Chart.Key("predicted", ChartParts.PLAIN, Sign.NONE));
        }
        addKey(keys, series, Compared.several(sweep) ? "measured, on each device" : "measured", Sign.FILLED);
        addKey(keys, series, "refused (see table)", Sign.OPEN);
        addKey(keys, series, "out of memory", Sign.CROSS);
        addKey(keys, series, "failed", Sign.PLUS);
        return keys;
    }

    private static void addKey(List<Chart.Key> keys, List<Series> series, String label, Sign sign) {
        if (series.stream().flatMap(s -> s.marks().stream()).anyMatch(mark -> mark.sign() == sign)) {
            keys.add(new Chart.Key(label, ChartParts.PLAIN, sign));
        }
    }
}
