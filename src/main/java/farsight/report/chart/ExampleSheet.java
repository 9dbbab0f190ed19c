package farsight.report.chart;

import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Picture;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples beside their predictions, as data; {@link #wide} and {@link #narrow} place it.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting common to all samples
 * @param caption a sentence or two for the page
 * @param panels in rows, at least one, all of the same proportions
 * @param together how many panels belong to one sample and stand in one row
 * @param legend of colours; may be empty
 */
public record ExampleSheet(
        String name,
        String title,
        String setting,
        String caption,
        List<Panel> panels,
        int together,
        List<Swatch> legend) {

    private static final double SMALL = 13;
    private static final double LARGE = 18;
    private static final double EDGE = 14;
    private static final double GAP = 14;
    private static final double LINE = 17;
    private static final double LARGEST = 280;
    private static final double SWATCH = 22;
    private static final int WRONG = 0xB00030;

    /**
     * A picture.
     *
     * @param lines above it
     * @param wrong whether the last line tells a mistake
     * @param columns pixels of a row
     * @param rgb 0xRRGGBB of each pixel, row-major
     */
    public record Panel(List<String> lines, boolean wrong, int columns, int[] rgb) {}

    /** A colour of the legend. */
    public record Swatch(String label, int color) {}

    /** For a page or a slide: at most 900 pixels wide. */
    public Drawing wide() {
        return draw(Drawing.WIDE, together > 1 ? together : 6).cropped(EDGE);
    }

    /** For a phone: 360 pixels wide. */
    public Drawing narrow() {
        return draw(Drawing.NARROW, together > 1 ? together : 3);
    }

    private Drawing draw(double width, int columns) {
        List<Shape> shapes = new ArrayList<>();
        double usable = width - 2 * EDGE;
        boolean roomy = width > 500;
        text(shapes, EDGE, 28, Drawing.fitted(title, roomy ? LARGE : 15, usable), roomy ? LARGE : 15, true, Style.INK);
        double top = 40;
        if (roomy) {
            text(shapes, EDGE, 50, Drawing.fitted(setting, SMALL, usable), SMALL, false, Style.FAINT_INK);
            top = 64;
        }
        Panel first = panels.getFirst();
        int pixelRows = first.rgb.length / first.columns;
        double aspect = (double) pixelRows / first.columns;
        double side = Math.min((usable - GAP * (columns - 1)) / columns, LARGEST / Math.max(1, aspect));
        int lines = panels.stream().mapToInt(p -> p.lines.size()).max().orElse(0);
        double tall = side * aspect;
        double row = lines * LINE + 6 + tall + GAP;
        for (int i = 0; i < panels.size(); i++) {
            int across = i % columns;
            int down = i / columns;
            panel(shapes, panels.get(i), EDGE + across * (side + GAP), top + down * row, side, tall, lines);
        }
        double end = legend(shapes, top + Math.ceilDiv(panels.size(), columns) * row + 4, usable);
        return new Drawing(width, Math.ceil(end), title, caption, shapes);
    }

    private static void panel(List<Shape> shapes, Panel p, double x, double y, double side, double tall, int lines) {
        for (int i = 0; i < p.lines.size(); i++) {
            boolean marked = p.wrong && i == p.lines.size() - 1;
            String fitted = Drawing.fitted(p.lines.get(i), SMALL, marked ? side / 1.1 : side);
            double base = y + LINE * (lines - p.lines.size() + i + 1) - 4;
            text(shapes, x, base, fitted, SMALL, marked, marked ? WRONG : Style.INK);
        }
        double top = y + lines * LINE + 4;
        shapes.add(new Picture(x, top, side, tall, p.columns, p.rgb, String.join(", ", p.lines)));
        boolean framed = p.wrong;
        shapes.add(new Path(
                List.of(x, x + side, x + side, x, x),
                List.of(top, top, top + tall, top + tall, top),
                framed ? WRONG : Style.FAINT_INK,
                framed ? 2.5 : 1,
                List.of()));
    }

    private double legend(List<Shape> shapes, double y, double usable) {
        double x = EDGE;
        double line = y;
        for (Swatch s : legend) {
            String label = Drawing.fitted(s.label, SMALL, usable - SWATCH - 8);
            double needed = SWATCH + 8 + Drawing.textWidth(label, SMALL, false) + 16;
            if (x > EDGE && x + needed - 16 > EDGE + usable) {
                x = EDGE;
                line += 22;
            }
            shapes.add(new Picture(x, line, SWATCH, 12, 1, new int[] {s.color}, label));
            shapes.add(new Path(
                    List.of(x, x + SWATCH, x + SWATCH, x, x),
                    List.of(line, line, line + 12, line + 12, line),
                    Style.FAINT_INK,
                    1,
                    List.of()));
            text(shapes, x + SWATCH + 8, line + 11, label, SMALL, false, Style.INK);
            x += needed;
        }
        return line + (legend.isEmpty() ? 4 : 26);
    }

    private static void text(
            List<Shape> shapes, double x, double y, String text, double size, boolean bold, int color) {
        shapes.add(new Text(x, y, text, size, bold, Anchor.START, color, false));
    }
}
