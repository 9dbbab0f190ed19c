package farsight.report.chart;

import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Picture;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps side by side under one colour scale, as data; {@link #wide} and {@link #narrow} place it.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting common to all maps
 * @param caption a sentence or two for the page
 * @param unit of the scale's figures
 * @param panels the maps
 * @param scale of all panels
 * @param aspect width over height of each panel
 * @param veil how much of the background shows through a map, 0 … 1
 * @param bare colour of positions without a value, and the reason; its label is empty if every position has a value
 */
public record MapSheet(
        String name,
        String title,
        String setting,
        String caption,
        String unit,
        List<Panel> panels,
        ColorScale scale,
        double aspect,
        double veil,
        Bare bare) {

    /** The colour of positions without a value, 0xRRGGBB, with its label in the legend. */
    public record Bare(String label, int color) {
        public static final Bare NONE = new Bare("", Style.PAPER);
    }

    private static final double SMALL = 13;
    private static final double LARGE = 18;
    private static final double GAP = 14;
    private static final double EDGE = 14;
    private static final double TALLEST = 300;
    private static final double SMALLEST = 92;
    private static final double SWATCH = 28;

    /** The width of bold text relative to plain, with room for other fonts. */
    private static final double BOLDER = 1.15;

    /** Red, which is absent from viridis. */
    private static final int MARK = 0xD3003F;

    /**
     * One map.
     *
     * @param label above it
     * @param columns pixels per row
     * @param rgb its pixels, row-major
     * @param marks marked positions
     */
    public record Panel(String label, int columns, int[] rgb, List<Mark> marks) {}

    /**
     * A marked position.
     *
     * @param x from 0 at the left edge to 1 at the right
     * @param y from 0 at the upper edge to 1 at the lower
     * @param label beside it; empty for none
     */
    public record Mark(double x, double y, String label) {}

    /** For a page or a slide: 900 pixels wide. */
    public Drawing wide() {
        return draw(900, panels.size() > 12 ? 8 : panels.size() > 4 ? (panels.size() + 1) / 2 : 4, 5);
    }

    /** For a phone: 360 pixels wide. */
    public Drawing narrow() {
        return draw(360, panels.size() > 12 ? 4 : 2, 3);
    }

    private Drawing draw(double width, int most, int ticks) {
        List<Shape> shapes = new ArrayList<>();
        boolean roomy = width > 500;
        double usable = width - 2 * EDGE;
        int columns = Math.max(1, Math.min(Math.min(most, 6 + (panels.size() > 12 ? 2 : 0)), panels.size()));
        double side = Math.max(SMALLEST, Math.min((usable - GAP * (columns - 1)) / columns, TALLEST * aspect));
        side = Math.min(side, (usable - GAP * (columns - 1)) / columns);
        double tall = side / aspect;
        text(shapes, EDGE, 28, Drawing.fitted(title, roomy ? LARGE : 15, usable / BOLDER), roomy ? LARGE : 15, true);
        double top = 42;
        if (roomy) {
            shapes.add(new Text(
                    EDGE,
                    50,
                    Drawing.fitted(setting, SMALL, usable),
                    SMALL,
                    false,
                    Anchor.START,
                    Style.FAINT_INK,
                    false));
            top = 66;
        }
        for (int i = 0; i < panels.size(); i++) {
            double x = EDGE + (i % columns) * (side + GAP);
            int row = i / columns;
            double y = top + row * (tall + 32);
            panel(shapes, panels.get(i), x, y, side, tall);
        }
        int rows = Math.ceilDiv(panels.size(), columns);
        double bottom = top + rows * (tall + 32);
        legend(shapes, EDGE, bottom + 8, Math.min(usable, 420), ticks);
        double end = bottom + 66;
        if (!bare.label().isEmpty()) {
            shapes.add(new Picture(EDGE, end, SWATCH, 12, 1, new int[] {bare.color()}, bare.label()));
            frame(shapes, EDGE, end, SWATCH, 12);
            text(
                    shapes,
                    EDGE + SWATCH + 8,
                    end + 11,
                    Drawing.fitted(bare.label(), SMALL, usable - SWATCH - 8),
                    SMALL,
                    false);
            end += 24;
        }
        return new Drawing(width, Math.ceil(end), title, caption, shapes);
    }

    /** Frames a swatch, because a white one would be invisible on a white page. */
    private static void frame(List<Shape> shapes, double x, double y, double width, double height) {
        shapes.add(new Path(
                List.of(x, x + width, x + width, x, x),
                List.of(y, y, y + height, y + height, y),
                Style.FAINT_INK,
                1,
                List.of()));
    }

    private static void panel(List<Shape> shapes, Panel p, double x, double y, double side, double tall) {
        text(shapes, x, y + 13, Drawing.fitted(p.label(), SMALL, side), SMALL, false);
        double top = y + 20;
        shapes.add(new Picture(x, top, side, tall, p.columns(), p.rgb(), p.label()));
        for (Mark m : p.marks()) {
            double px = x + m.x() * side;
            double py = top + m.y() * tall;
            shapes.add(new Symbol(px, py, 4.2, Style.Marker.CIRCLE, Chart.Sign.FILLED, MARK, m.label()));
            if (!m.label().isEmpty()) {
                boolean left = px + 9 + Drawing.textWidth(m.label(), SMALL, true) > x + side;
                shapes.add(new Text(
                        left ? px - 8 : px + 8,
                        Math.max(py + 4.5, top + 12),
                        m.label(),
                        SMALL,
                        true,
                        left ? Anchor.END : Anchor.START,
                        Style.INK,
                        true));
            }
        }
    }

    private void legend(List<Shape> shapes, double x, double y, double length, int count) {
        text(shapes, x, y + 10, unit, SMALL, false);
        int[] bar = new int[256];
        for (int i = 0; i < bar.length; i++) {
            double place = scale.flat() ? 0.5 : i / (bar.length - 1.0);
            bar[i] = veiled(ColorScale.at(place), 0.5, veil);
        }
        shapes.add(new Picture(x, y + 17, length, 12, bar.length, bar, unit));
        for (Axis.Tick tick : scale.ticks(count)) {
            Anchor anchor = tick.value() == 0 ? Anchor.START : tick.value() == 1 ? Anchor.END : Anchor.MIDDLE;
            shapes.add(
                    new Text(x + tick.value() * length, y + 44, tick.label(), SMALL, false, anchor, Style.INK, false));
        }
    }

    /** A colour over a grey of this lightness, which shows through by {@code veil}. */
    public static int veiled(int color, double grey, double veil) {
        int g = (int) Math.round(255 * Math.clamp(grey, 0, 1));
        return ColorScale.mixed(color, g << 16 | g << 8 | g, veil);
    }

    private static void text(List<Shape> shapes, double x, double y, String text, double size, boolean bold) {
        shapes.add(new Text(x, y, text, size, bold, Anchor.START, Style.INK, false));
    }
}
