package farsight.report;

import farsight.block.BlockKind;
import farsight.report.chart.ChartParts;
import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Style;
import farsight.sweep.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Where each block stands between O(N) and O(N²): how its memory grows, and what a position costs. */
final class GrowthTable {

    private static final int TRACK = 160;
    private static final int HEIGHT = 14;
    private static final int RADIUS = 5;

    private GrowthTable() {}

    /**
     * One block.
     *
     * @param block its label in sentences
     * @param term growth of the arrays beyond those of C·N floats; empty for blocks not registered here
     * @param exponent e of bytes ∝ Nᵉ between the two largest N
     * @param bytes of all arrays per position, at the largest N
     * @param positions the largest N
     * @param color of its line in charts
     */
    record Row(String block, String term, double exponent, double bytes, long positions, int color) {

        /** The exponent to two places, for example {@code 1.42}. */
        String power() {
            return String.format(Locale.ROOT, "%.2f", exponent);
        }

        /** A track from O(N) to O(N²) with a dot at the exponent, as inline SVG. */
        String track() {
            double x = RADIUS + Math.clamp(exponent - 1, 0, 1) * (TRACK - 2 * RADIUS);
            return String.format(
                    Locale.ROOT,
                    "<svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"N to the power of %s\"><path d=\"M%d %d H%d\""
                            + " stroke=\"#BBBBBB\" stroke-width=\"2\"/><circle cx=\"%.1f\" cy=\"%d\" r=\"%d\""
                            + " fill=\"#%06X\"/></svg>",
                    TRACK,
                    HEIGHT,
                    power(),
                    RADIUS,
                    HEIGHT / 2,
                    TRACK - RADIUS,
                    x,
                    HEIGHT / 2,
                    RADIUS,
                    color);
        }
    }

    /** A row per line with a known size at two N or more, the slowest growth first. */
    static List<Row> of(List<Line> lines) {
        var styles = Style.of(lines);
        return lines.stream()
                .flatMap(line -> row(line, ChartParts.style(styles, line).color()).stream())
                .sorted(Comparator.comparing(Row::power).thenComparingDouble(Row::bytes))
                .toList();
    }

    private static Optional<Row> row(Line line, int color) {
        NavigableMap<Long, Long> bytes = new TreeMap<>();
        for (Point p : line.points()) {
            if (Lines.memory(p) > 0) {
                bytes.put(Math.multiplyExact(p.positions(), p.batch()), Lines.memory(p));
            }
        }
        if (bytes.size() < 2) {
            return Optional.empty();
        }
        Map.Entry<Long, Long> last = bytes.lastEntry();
        Map.Entry<Long, Long> before = bytes.headMap(last.getKey(), false).lastEntry();
        double growth = Math.log((double) last.getValue() / before.getValue());
        return Optional.of(new Row(
                line.phrase(),
                line.growth().map(BlockKind.Growth::term).orElse(""),
                growth / Math.log((double) last.getKey() / before.getKey()),
                (double) last.getValue() / last.getKey(),
                line.points().getLast().positions(),
                color));
    }
}
