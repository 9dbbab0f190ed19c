package farsight.report;

import farsight.report.chart.Lines;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The columns of the page's table of points. */
final class PointColumns {

    /**
     * A column.
     *
     * @param title its header
     * @param number whether it holds numbers, which are right-aligned
     * @param result whether only points that ran have it
     * @param text a cell's text
     * @param exact the exact figure of a rounded cell; empty if the cell is exact
     */
    record Column(
            String title,
            boolean number,
            boolean result,
            Function<Point, String> text,
            Function<Point, String> exact) {}

    private PointColumns() {}

    /**
     * The columns for these points, results last. Figures that no point has are left out, and so are values common to
     * all points, which the page's header shows.
     */
    static List<Column> of(List<Point> points) {
        Map<Point, String> blocks = new HashMap<>();
        Lines.of(points).forEach(line -> line.points().forEach(p -> blocks.put(p, line.family())));
        List<Column> columns = new ArrayList<>();
        columns.add(words("Block", p -> blocks.getOrDefault(p, p.block())));
        columns.add(number("d", p -> p.latent() > 0 ? Units.count(p.latent()) : Units.NONE));
        columns.add(number("N", p -> Units.count(p.positions())));
        addVarying(columns, points, number("B", p -> Units.count(p.batch())));
        addVarying(columns, points, number("C", p -> Units.count(p.channels())));
        addVarying(columns, points, words("Pass", p -> p.pass().toString()));
        addVarying(columns, points, words("Device", Point::device));
        columns.add(words("Status", p -> p.status().toString()));
        columns.add(number("Weights", p -> p.parameters() < 0 ? Units.NONE : Units.count(p.parameters())));
        columns.add(bytes("Without sharing", Point::unsharedBytes, false));
        columns.add(bytes("Predicted", Point::predictedBytes, false));
        columns.add(bytes("Measured", Point::measuredBytes, true));
        if (tellsResident(points)) {
            columns.add(bytes("Resident", Point::residentBytes, true));
        }
        columns.add(nanos("Median", Point::medianNanos));
        columns.add(nanos("Min", Point::minNanos));
        columns.add(nanos("In kernels", Point::kernelNanos));
        columns.add(nanos("Launching", PointColumns::launching));
        columns.add(result("Runs", p -> Units.count(p.runs())));
        columns.add(result("GFLOP/s", p -> Units.gflops(p.flops(), p.medianNanos())));
        columns.add(nanos("First run", Point::firstNanos));
        columns.add(nanos("Compiling", Point::compileNanos));
        columns.add(new Column("Note", false, true, Point::message, p -> ""));
        columns.removeIf(c -> points.stream()
                .filter(p -> !c.result() || p.status() == Status.OK)
                .allMatch(p -> empty(c.text().apply(p))));
        return columns;
    }

    /**
     * Whether every point that ran has a resident size of at least its arrays. If one is unknown or smaller, as is the
     * growth of a process that measured several points, the figures are not comparable, and none is shown.
     */
    static boolean tellsResident(List<Point> points) {
        List<Point> ran = points.stream().filter(p -> p.status() == Status.OK).toList();
        return !ran.isEmpty()
                && ran.stream().allMatch(p -> p.residentBytes() > 0 && p.residentBytes() >= p.measuredBytes());
    }

    /** Nanoseconds of a run outside its kernels, on devices; −1 if unknown, or smaller than the runs' differences. */
    static long launching(Point p) {
        return p.kernelNanos() < 0 || p.medianNanos() <= p.kernelNanos() ? -1 : p.medianNanos() - p.kernelNanos();
    }

    private static void addVarying(List<Column> columns, List<Point> points, Column column) {
        if (points.stream().map(column.text()).distinct().limit(2).count() > 1) {
            columns.add(column);
        }
    }

    private static boolean empty(String cell) {
        return cell.isBlank() || cell.equals(Units.NONE);
    }

    private static Column words(String title, Function<Point, String> text) {
        return new Column(title, false, false, text, p -> "");
    }

    private static Column number(String title, Function<Point, String> text) {
        return new Column(title, true, false, text, p -> "");
    }

    private static Column result(String title, Function<Point, String> text) {
        return new Column(title, true, true, text, p -> "");
    }

    private static Column bytes(String title, ToLongFunction<Point> figure, boolean result) {
        return new Column(
                title,
                true,
                result,
                p -> Units.bytes(figure.applyAsLong(p)),
                p -> exact(figure.applyAsLong(p), "bytes"));
    }

    private static Column nanos(String title, ToLongFunction<Point> figure) {
        return new Column(
                title, true, true, p -> Units.nanos(figure.applyAsLong(p)), p -> exact(figure.applyAsLong(p), "ns"));
    }

    private static String exact(long figure, String unit) {
        return figure < 0 ? "" : Units.count(figure) + " " + unit;
    }
}
