package farsight.report.chart;

import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import farsight.report.chart.Style.Marker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Means with their intervals as data, a row for each compared thing and a column for each quantity; {@link #wide} and
 * {@link #narrow} place it.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting common to all
 * @param caption a sentence or two for the page
 * @param rows compared, at least one
 * @param columns quantities, at least one
 */
public record IntervalSheet(
        String name, String title, String setting, String caption, List<Row> rows, List<Column> columns) {

    private static final double SMALL = 13;
    private static final double TICK = 12;
    private static final double LARGE = 18;
    private static final double EDGE = 14;
    private static final double GAP = 34;
    private static final double LINE = 24;
    private static final double HEAD = 44;
    private static final double FOOT = 34;
    private static final double LONGEST_LABEL = 210;
    private static final double NARROW_LABEL = 120;

    /**
     * A compared thing.
     *
     * @param color of its marks
     */
    public record Row(String label, int color) {}

    /**
     * A quantity.
     *
     * @param title lines above it, one or two
     * @param axis of its values
     * @param reference where a dotted line stands, such as chance
     * @param spots one for each row; empty where it has no value
     */
    public record Column(List<String> title, Axis axis, Optional<Double> reference, List<Optional<Spot>> spots) {}

    /**
     * A mean.
     *
     * @param low end of its interval; the value itself without one
     * @param high end of its interval
     * @param note shown when the pointer rests on it
     */
    public record Spot(double value, double low, double high, String note) {}

    /** For a page or a slide: at most 900 pixels wide. */
    public Drawing wide() {
        return draw(Drawing.WIDE, columns.size(), LONGEST_LABEL);
    }

    /** For a phone: 360 pixels wide, the columns below each other. */
    public Drawing narrow() {
        return draw(Drawing.NARROW, 1, NARROW_LABEL);
    }

    private Drawing draw(double width, int across, double longest) {
        List<Shape> shapes = new ArrayList<>();
        boolean roomy = width > 500;
        double usable = width - 2 * EDGE;
        double size = roomy ? LARGE : 15;
        text(shapes, EDGE, 28, Drawing.fitted(title, size, usable), size, true, Anchor.START, Style.INK);
        double top = 40;
        if (roomy) {
            text(shapes, EDGE, 50, Drawing.fitted(setting, SMALL, usable), SMALL, false, Anchor.START, Style.FAINT_INK);
            top = 62;
        }
        double labels = Math.min(
                longest,
                rows.stream()
                        .mapToDouble(r -> Drawing.textWidth(r.label, SMALL, false))
                        .max()
                        .orElse(0));
        double left = EDGE + labels + 12;
        double side = (width - EDGE - 10 - left - GAP * (across - 1)) / across;
        for (int first = 0; first < columns.size(); first += across) {
            double y = top + HEAD;
            for (int r = 0; r < rows.size(); r++) {
                text(
                        shapes,
                        left - 12,
                        y + (r + 0.5) * LINE + 4.5,
                        Drawing.fitted(rows.get(r).label, SMALL, labels),
                        SMALL,
                        false,
                        Anchor.END,
                        Style.INK);
            }
            for (int c = first; c < Math.min(columns.size(), first + across); c++) {
                column(shapes, columns.get(c), left + (c - first) * (side + GAP), top, side);
            }
            top = y + rows.size() * LINE + FOOT;
        }
        return new Drawing(width, Math.ceil(top + 4), title, caption, shapes);
    }

    private void column(List<Shape> shapes, Column c, double x, double top, double side) {
        double y = top + HEAD;
        double bottom = y + rows.size() * LINE;
        double head = y - 8 - 16.0 * (c.title.size() - 1);
        for (String line : c.title) {
            String fitted = Drawing.fitted(line, SMALL, side + GAP - 6);
            text(shapes, x + side / 2, head, fitted, SMALL, head < y - 9, Anchor.MIDDLE, Style.INK);
            head += 16;
        }
        // Labels that would touch the one after, or another column's, are left out; their lines stay.
        double free = x + side + GAP / 2;
        for (Axis.Tick t : c.axis.ticks().reversed()) {
            double at = x + side * c.axis.at(t.value());
            shapes.add(Drawing.line(at, y, at, bottom, Style.GRID, 1));
            double half = Drawing.textWidth(t.label(), TICK, false) / 2;
            if (at + half <= free && at - half >= x - GAP / 2) {
                text(shapes, at, bottom + 16, t.label(), TICK, false, Anchor.MIDDLE, Style.FAINT_INK);
                free = at - half - 6;
            }
        }
        for (int r = 1; r < rows.size(); r++) {
            shapes.add(Drawing.line(x, y + r * LINE, x + side, y + r * LINE, 0xF0F0F0, 1));
        }
        c.reference.ifPresent(v -> {
            double at = x + side * Math.clamp(c.axis.at(v), 0, 1);
            shapes.add(new Path(List.of(at, at), List.of(y, bottom), Style.INK, 1.4, List.of(1.5, 3.0)));
        });
        shapes.add(new Path(
                List.of(x, x + side, x + side, x, x), List.of(y, y, bottom, bottom, y), Style.FAINT_INK, 1, List.of()));
        for (int r = 0; r < rows.size(); r++) {
            double at = y + (r + 0.5) * LINE;
            int color = rows.get(r).color;
            c.spots.get(r).ifPresent(s -> spot(shapes, s, c.axis, x, side, at, color));
        }
    }

    private static void spot(List<Shape> shapes, Spot s, Axis axis, double x, double side, double y, int color) {
        double from = x + side * Math.clamp(axis.at(s.low), 0, 1);
        double to = x + side * Math.clamp(axis.at(s.high), 0, 1);
        if (to - from > 1) {
            shapes.add(Drawing.line(from, y, to, y, color, 2));
            shapes.add(Drawing.line(from, y - 4, from, y + 4, color, 2));
            shapes.add(Drawing.line(to, y - 4, to, y + 4, color, 2));
        }
        double at = x + side * Math.clamp(axis.at(s.value), 0, 1);
        shapes.add(new Symbol(at, y, 4.5, Marker.CIRCLE, Sign.FILLED, color, s.note));
    }

    private static void text(
            List<Shape> shapes, double x, double y, String text, double size, boolean bold, Anchor anchor, int color) {
        shapes.add(new Text(x, y, text, size, bold, anchor, color, false));
    }
}
