package farsight.report.chart;

import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Lays out a chart: axes and grid, lines, markers above all lines, and the legend beside or below the plot. */
public final class ChartLayout {

    private static final double SMALL = 13;
    private static final double LARGE = 18;
    private static final double RADIUS = 4.2;
    private static final double ROW = 22;
    private static final double SAMPLE = 34;
    private static final double LONGEST_LABEL = 270;

    /** Most rows of labels below the plot, and their distance. */
    private static final int MOST_ROWS = 3;

    private static final double LABEL_ROW = 17;

    /** Pixels between two labels of one row. */
    private static final double LABEL_GAP = 10;

    private final Chart chart;
    private final List<Shape> shapes = new ArrayList<>();
    private final double width;
    private final boolean legendRight;
    private final double left;
    private final double right;
    private final double top;
    private final double bottom;
    private final List<XLabel> xLabels;
    private double height;

    /** A label below the plot: its tick, centre, and row, from 0. */
    private record XLabel(Axis.Tick tick, double x, int row) {}

    private ChartLayout(Chart chart, double width, double plotHeight, boolean legendRight) {
        this.chart = chart;
        this.width = width;
        this.legendRight = legendRight;
        left = 14
                + chart.y().ticks().stream()
                        .mapToDouble(t -> Drawing.textWidth(t.label(), SMALL, false))
                        .max()
                        .orElse(0);
        // The last tick's label is centred on the tick and must not be cut off.
        right = legendRight ? width - legendWidth() - 24 - 12 : width - 16;
        // A narrow chart has no room for the setting, which the page shows elsewhere.
        top = legendRight ? 96 : 70;
        bottom = top + plotHeight;
        List<XLabel> all = placed(MOST_ROWS);
        // If the values are too close for MOST_ROWS rows, the axis has fewer ticks, in one row.
        xLabels = all.size() == chart.x().ticks().size() ? all : placed(1);
    }

    /** For a page or a slide: 900 pixels wide, the legend at the right. */
    public static Drawing wide(Chart chart) {
        return new ChartLayout(chart, Drawing.WIDE, 420, true).draw();
    }

    /** For a phone: 360 pixels wide, the legend below. */
    public static Drawing narrow(Chart chart) {
        return new ChartLayout(chart, Drawing.NARROW, 280, false).draw();
    }

    private Drawing draw() {
        text(14, 28, chart.title(), LARGE, true, Anchor.START);
        if (legendRight) {
            String setting = Drawing.fitted(chart.setting(), SMALL, width - 28);
            shapes.add(new Text(14, 50, setting, SMALL, false, Anchor.START, Style.FAINT_INK, false));
        }
        text(14, top - 16, chart.y().title(), SMALL, false, Anchor.START);
        grid();
        xLabels();
        rules();
        chart.series().forEach(this::line);
        chart.series().forEach(this::marks);
        ruleLabels();
        double below = bottom + LABEL_ROW * (xRows() - 1);
        text((left + right) / 2, below + 46, chart.x().title(), SMALL, false, Anchor.MIDDLE);
        height = below + 60;
        if (legendRight) {
            height = Math.max(height, legend(right + 24, top + 8, 1) + 10);
        } else {
            int columns = Math.max(1, Math.min(3, (int) ((width - 28) / (legendWidth() + 14))));
            height = legend(14, below + 72, columns) + 6;
        }
        return new Drawing(width, Math.ceil(height), chart.title(), chart.caption(), shapes);
    }

    private void grid() {
        for (Axis.Tick tick : chart.y().ticks()) {
            double y = y(tick.value());
            shapes.add(Drawing.line(left, y, right, y, Style.GRID, 1));
            text(left - 7, y + 4.5, tick.label(), SMALL, false, Anchor.END);
        }
        for (XLabel label : xLabels) {
            double x = x(label.tick().value());
            shapes.add(Drawing.line(x, top, x, bottom, Style.GRID, 1));
            if (label.row() > 0) {
                shapes.add(Drawing.line(x, bottom, x, bottom + 7 + LABEL_ROW * label.row(), Style.GRID, 1));
            }
            shapes.add(Drawing.line(x, bottom, x, bottom + 5, Style.INK, 1));
        }
        shapes.add(Drawing.line(left, bottom, right, bottom, Style.INK, 1.2));
        shapes.add(Drawing.line(left, top, left, bottom, Style.INK, 1.2));
    }

    /**
     * Places labels without overlap, from the last to the first, because the largest N matters most, each in the first
     * row with room. A label without room is left out with its tick.
     */
    private List<XLabel> placed(int rows) {
        double[] free = new double[rows];
        Arrays.fill(free, width + LABEL_GAP);
        List<XLabel> labels = new ArrayList<>();
        for (Axis.Tick tick : chart.x().ticks().reversed()) {
            double half = Drawing.textWidth(tick.label(), SMALL, false) / 2;
            double x = Math.clamp(x(tick.value()), 4 + half, width - 4 - half);
            for (int row = 0; row < rows; row++) {
                if (x + half + LABEL_GAP < free[row]) {
                    labels.add(new XLabel(tick, x, row));
                    free[row] = x - half;
                    break;
                }
            }
        }
        return labels;
    }

    private int xRows() {
        return 1 + xLabels.stream().mapToInt(XLabel::row).max().orElse(0);
    }

    private void xLabels() {
        for (XLabel label : xLabels) {
            shapes.add(new Text(
                    label.x(),
                    bottom + 21 + LABEL_ROW * label.row(),
                    label.tick().label(),
                    SMALL,
                    false,
                    Anchor.MIDDLE,
                    Style.INK,
                    label.row() == 0 && xRows() > 1));
        }
    }

    private void rules() {
        for (Chart.Rule rule : chart.rules()) {
            double y = y(rule.value());
            shapes.add(new Path(
                    List.of(left, right), List.of(y, y), Style.RULE.color(), Style.RULE.width(), Style.RULE.dash()));
        }
    }

    private void ruleLabels() {
        for (Chart.Rule rule : chart.rules()) {
            if (rule.label().isEmpty()) {
                continue;
            }
            double room = right - left - 16;
            // A label almost as wide as the plot would cover data.
            boolean brief = Drawing.textWidth(rule.label(), SMALL, false) > 0.7 * room;
            String label = Drawing.fitted(brief ? rule.brief() : rule.label(), SMALL, room);
            double w = Drawing.textWidth(label, SMALL, false);
            double y = y(rule.value());
            double bestX = left + 8;
            double bestY = y - 6;
            int fewest = Integer.MAX_VALUE;
            for (double baseline : new double[] {y - 6, y + 15}) {
                for (double x : new double[] {left + 8, (left + right - w) / 2, right - w - 8}) {
                    int covered = covered(x, baseline - 11, w, 14);
                    if (covered < fewest) {
                        fewest = covered;
                        bestX = x;
                        bestY = baseline;
                    }
                }
            }
            shapes.add(new Text(bestX, bestY, label, SMALL, false, Anchor.START, Style.INK, true));
        }
    }

    // How much data a box would cover, tested every few pixels of each line.
    private int covered(double x, double y, double w, double h) {
        int count = y < top || y + h > bottom ? 1000 : 0;
        for (Series s : chart.series()) {
            for (int i = 0; i < s.path().size(); i++) {
                Spot a = s.path().get(i);
                Spot b = s.path().get(Math.min(i + 1, s.path().size() - 1));
                int steps = 1 + (int) (Math.hypot(x(b.x()) - x(a.x()), y(b.y()) - y(a.y())) / 4);
                for (int k = 0; k < steps; k++) {
                    double t = (double) k / steps;
                    double px = x(a.x()) + t * (x(b.x()) - x(a.x()));
                    double py = y(a.y()) + t * (y(b.y()) - y(a.y()));
                    boolean inside = px > x - 8 && px < x + w + 8 && py > y - 6 && py < y + h + 6;
                    count += inside ? 1 : 0;
                }
            }
        }
        return count;
    }

    private void line(Series s) {
        if (s.path().size() > 1) {
            shapes.add(new Path(
                    s.path().stream().map(spot -> x(spot.x())).toList(),
                    s.path().stream().map(spot -> y(spot.y())).toList(),
                    s.style().color(),
                    s.style().width(),
                    s.style().dash(),
                    // Markers and gaps hide the corners of other lines.
                    s.marks().isEmpty() && s.style().dash().isEmpty()));
        }
    }

    private void marks(Series s) {
        for (Mark m : s.marks()) {
            shapes.add(new Symbol(
                    x(m.at().x()),
                    y(m.at().y()),
                    RADIUS,
                    s.style().marker(),
                    m.sign(),
                    s.style().color(),
                    m.note()));
        }
    }

    // Returns where it ends.
    private double legend(double x, double y, int columns) {
        List<Chart.Key> lines = chart.series().stream()
                .filter(s -> !s.label().isEmpty())
                .map(s -> new Chart.Key(s.label(), s.style(), s.marks().isEmpty() ? Sign.NONE : Sign.FILLED))
                .toList();
        double next = entries(lines, true, x, y, columns);
        return chart.keys().isEmpty() ? next : entries(chart.keys(), false, x, next + 8, columns);
    }

    private double entries(List<Chart.Key> keys, boolean lines, double x, double y, int columns) {
        double column = (width - 28) / columns;
        for (int i = 0; i < keys.size(); i++) {
            Chart.Key key = keys.get(i);
            Style style = key.style();
            int row = i / columns;
            double left = x + column * (i - row * columns);
            double middle = y + ROW * row;
            if (lines || key.sign() == Sign.NONE) {
                shapes.add(new Path(
                        List.of(left, left + SAMPLE),
                        List.of(middle, middle),
                        style.color(),
                        style.width(),
                        style.dash()));
            }
            if (key.sign() != Sign.NONE) {
                shapes.add(
                        new Symbol(left + SAMPLE / 2, middle, RADIUS, style.marker(), key.sign(), style.color(), ""));
            }
            text(
                    left + SAMPLE + 8,
                    middle + 4.5,
                    Drawing.fitted(key.label(), SMALL, LONGEST_LABEL),
                    SMALL,
                    false,
                    Anchor.START);
        }
        return y + ROW * Math.ceilDiv(keys.size(), columns);
    }

    private double legendWidth() {
        double widest = Stream.concat(
                        chart.series().stream().map(Series::label),
                        chart.keys().stream().map(Chart.Key::label))
                .mapToDouble(label -> Drawing.textWidth(label, SMALL, false))
                .max()
                .orElse(0);
        return Math.min(widest, LONGEST_LABEL) + SAMPLE + 8;
    }

    private void text(double x, double y, String text, double size, boolean bold, Anchor anchor) {
        shapes.add(new Text(x, y, text, size, bold, anchor, Style.INK, false));
    }

    private double x(double value) {
        return left + chart.x().at(value) * (right - left);
    }

    private double y(double value) {
        return bottom - chart.y().at(value) * (bottom - top);
    }
}
