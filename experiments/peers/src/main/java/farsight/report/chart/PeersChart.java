package farsight.report.chart;

import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A line for every case and pass: how many times as fast as its peer it is, how much memory it takes in comparison, and
 * what it means to reach. In the package of the other charts, whose shapes and writers it uses.
 */
public final class PeersChart {

    /**
     * A line of the chart.
     *
     * @param label the case
     * @param part the pass; empty where there is one
     * @param speed times as fast
     * @param speedTarget at least; NaN where nobody has said
     * @param memory of the peer's; NaN where it is not compared
     * @param memoryTarget at most
     */
    public record Row(
            String label, String part, double speed, double speedTarget, double memory, double memoryTarget) {}

    private static final double WIDTH = 980;
    private static final double TOP = 118;
    private static final double STEP = 27;
    private static final double LABELS = 262;
    private static final double PANEL = 250;
    private static final double FIGURES = 66;
    private static final double GAP = 46;
    private static final double SIZE = 13;
    private static final int REACHED = 0x00704F;
    private static final int MISSED = 0xB04A00;

    private final List<Row> rows;
    private final Drawing drawing;

    /**
     * Lays it out.
     *
     * @param rows at least one
     * @param setting where and when, under the title
     */
    public PeersChart(List<Row> rows, String setting) {
        this.rows = List.copyOf(rows);
        List<Shape> shapes = new ArrayList<>();
        String title = "Farsight beside libtorch (and OpenBLAS)";
        shapes.add(text(20, 30, title, 18, true, Anchor.START, Style.INK));
        shapes.add(text(20, 52, setting, SIZE, false, Anchor.START, Style.FAINT_INK));
        legend(shapes);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            shapes.add(text(20, base(i), row.label(), SIZE, false, Anchor.START, Style.INK));
            shapes.add(text(LABELS - 14, base(i), row.part(), SIZE, false, Anchor.END, Style.FAINT_INK));
        }
        panel(
                shapes,
                LABELS,
                "times as fast as the peer, by medians",
                new double[] {0.5, 1, 2, 4, 8, 16},
                Row::speed,
                Row::speedTarget,
                true);
        panel(
                shapes,
                LABELS + PANEL + FIGURES + GAP,
                "peak memory, of the peer's",
                new double[] {0.05, 0.1, 0.2, 0.5, 1, 2},
                Row::memory,
                Row::memoryTarget,
                false);
        this.drawing = new Drawing(WIDTH, base(rows.size()) + 26, title, setting, shapes);
    }

    /** As a file. */
    public String svg() {
        return Svg.file(drawing);
    }

    /** As a file. */
    public byte[] png() {
        return Png.bytes(drawing);
    }

    private static double base(int row) {
        return TOP + STEP * (row + 0.5) + 4.5;
    }

    private static void legend(List<Shape> shapes) {
        double y = 76;
        shapes.add(dot(26, y - 4.5, REACHED, true));
        shapes.add(text(38, y, "measured, target reached", SIZE, false, Anchor.START, Style.INK));
        shapes.add(dot(236, y - 4.5, MISSED, false));
        shapes.add(text(248, y, "measured, target missed", SIZE, false, Anchor.START, Style.INK));
        shapes.add(Drawing.line(440, y - 12, 440, y + 3, Style.INK, 2.5));
        shapes.add(text(450, y, "target", SIZE, false, Anchor.START, Style.INK));
    }

    private void panel(
            List<Shape> shapes,
            double left,
            String title,
            double[] ticks,
            ToDoubleFunction<Row> value,
            ToDoubleFunction<Row> target,
            boolean high) {
        double bottom = TOP + STEP * rows.size();
        double low = Math.log(ticks[0]);
        double span = Math.log(ticks[ticks.length - 1]) - low;
        shapes.add(text(left + PANEL / 2, TOP - 12, title, SIZE, true, Anchor.MIDDLE, Style.INK));
        for (double tick : ticks) {
            double x = left + PANEL * (Math.log(tick) - low) / span;
            int color = tick == 1 ? Style.FAINT_INK : Style.GRID;
            shapes.add(Drawing.line(x, TOP, x, bottom, color, 1));
            shapes.add(text(x, bottom + 17, figure(tick), 12, false, Anchor.MIDDLE, Style.FAINT_INK));
        }
        for (int i = 0; i < rows.size(); i++) {
            double v = value.applyAsDouble(rows.get(i));
            if (Double.isNaN(v)) {
                continue;
            }
            double t = target.applyAsDouble(rows.get(i));
            boolean reached = !(high ? v < t : v > t);
            double y = base(i) - 4.5;
            // What lies beyond the axis stands at its end; the figure beside it is exact.
            double x = left + PANEL * Math.clamp((Math.log(v) - low) / span, 0, 1);
            double one = left + PANEL * -low / span;
            int color = reached ? REACHED : MISSED;
            shapes.add(Drawing.line(one, y, x, y, color, 3));
            if (!Double.isNaN(t)) {
                double at = left + PANEL * (Math.log(t) - low) / span;
                shapes.add(Drawing.line(at, y - 9, at, y + 9, Style.INK, 2.5));
            }
            shapes.add(dot(x, y, color, reached));
            shapes.add(text(left + PANEL + FIGURES, base(i), figure(v), SIZE, true, Anchor.END, color));
        }
    }

    private static Symbol dot(double x, double y, int color, boolean filled) {
        return new Symbol(x, y, 5.5, Style.Marker.CIRCLE, filled ? Chart.Sign.FILLED : Chart.Sign.OPEN, color, "");
    }

    private static Text text(double x, double y, String text, double size, boolean bold, Anchor anchor, int color) {
        return new Text(x, y, text, size, bold, anchor, color, false);
    }

    private static String figure(double value) {
        boolean exact = value == Math.rint(value * 1000) / 1000
                && Double.toString(value).length() < 6;
        String digits =
                exact ? Double.toString(value) : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
        return digits.replaceFirst("\\.0$", "") + "×";
    }
}
