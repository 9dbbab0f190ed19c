package farsight.report.chart;

import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Picture;
import farsight.report.chart.Drawing.Shape;
import farsight.report.chart.Drawing.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A confusion matrix as data; {@link #wide} and {@link #narrow} place it. A cell has the colour of its share of the row,
 * and the share in percent where it fits.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting common to all cells
 * @param caption a sentence or two for the page
 * @param names of the classes
 * @param counts of each label, a row, by prediction, a column
 */
public record MatrixSheet(
        String name, String title, String setting, String caption, List<String> names, List<List<Long>> counts) {

    private static final double SMALL = 13;
    private static final double NUMBER = 12;
    private static final double LEAST_NUMBER = 8;
    private static final double LARGE = 18;
    private static final double EDGE = 14;
    private static final double LARGEST_CELL = 68;
    private static final double TALLEST = 560;
    private static final double LEGEND = 360;

    private static final String COUNT = "labels";

    /** The least sides of cells with lines between them, and with a decimal. */
    private static final double LINED = 8;

    private static final double DECIMAL = 44;

    private static final int DARKEST = 0x003A60;

    /** For a page or a slide: at most 900 pixels wide. */
    public Drawing wide() {
        return draw(Drawing.WIDE, 180).cropped(EDGE);
    }

    /** For a phone: 360 pixels wide. */
    public Drawing narrow() {
        return draw(Drawing.NARROW, 92);
    }

    private int classes() {
        return names.size();
    }

    private Drawing draw(double width, double longestName) {
        List<Shape> shapes = new ArrayList<>();
        double usable = width - 2 * EDGE;
        boolean roomy = width > 500;
        text(shapes, EDGE, 28, Drawing.fitted(title, roomy ? LARGE : 15, usable), roomy ? LARGE : 15, true);
        double top = 62;
        if (roomy) {
            String fitted = Drawing.fitted(setting, SMALL, usable);
            shapes.add(new Text(EDGE, 50, fitted, SMALL, false, Anchor.START, Style.FAINT_INK, false));
            top = 84;
        }
        double totals = 16
                + widest(Stream.concat(
                                Stream.of(COUNT), IntStream.range(0, classes()).mapToObj(k -> Units.count(total(k))))
                        .toList());
        double named = Math.min(longestName, widest(names));
        double cell = cell(usable, named, totals);
        boolean numbered = widest(names) + 6 > cell;
        List<String> rows = numbered
                ? IntStream.range(0, classes())
                        .mapToObj(k -> k + "  " + names.get(k))
                        .toList()
                : names;
        named = Math.min(longestName, widest(rows));
        cell = cell(usable, named, totals);
        double left = EDGE + named + 8;
        double side = cell * classes();
        shapes.add(new Text(left + side / 2, top, "prediction", SMALL, false, Anchor.MIDDLE, Style.INK, false));
        double head = top + 20;
        double above = head + 8;
        text(shapes, EDGE, head, "label", SMALL, false);
        heads(shapes, left, head, cell, numbered);
        int[] rgb = new int[classes() * classes()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = color(share(i / classes(), i % classes()));
        }
        shapes.add(new Picture(left, above, side, side, classes(), rgb, title));
        lines(shapes, left, above, cell);
        int every = (int) Math.ceil(15 / cell);
        for (int k = 0; k < classes(); k++) {
            double y = above + (k + 0.5) * cell + 4.5;
            if (k % every == 0) {
                String label = Drawing.fitted(rows.get(k), SMALL, named);
                shapes.add(new Text(left - 8, y, label, SMALL, false, Anchor.END, Style.INK, false));
                String total = Units.count(total(k));
                shapes.add(new Text(left + side + totals, y, total, SMALL, false, Anchor.END, Style.FAINT_INK, false));
            }
            numbers(shapes, k, left, y, cell);
        }
        shapes.add(new Text(left + side + totals, head, COUNT, SMALL, false, Anchor.END, Style.FAINT_INK, false));
        double end = above + side + 24;
        legend(shapes, EDGE, end, Math.min(LEGEND, usable));
        return new Drawing(width, Math.ceil(end + 56), title, caption, shapes);
    }

    private double cell(double usable, double named, double totals) {
        double room = Math.min(TALLEST, usable - named - 8 - totals);
        return Math.min(LARGEST_CELL, room / classes());
    }

    private void heads(List<Shape> shapes, double left, double y, double cell, boolean numbered) {
        double widest = Drawing.textWidth(Integer.toString(classes() - 1), SMALL, false);
        int every = numbered ? (int) Math.ceil((widest + 4) / cell) : 1;
        for (int k = 0; k < classes(); k += every) {
            String head = numbered ? Integer.toString(k) : names.get(k);
            shapes.add(new Text(left + (k + 0.5) * cell, y, head, SMALL, false, Anchor.MIDDLE, Style.INK, false));
        }
    }

    private void lines(List<Shape> shapes, double left, double top, double cell) {
        double side = cell * classes();
        for (int k = 1; k < classes() && cell >= LINED; k++) {
            double at = k * cell;
            shapes.add(Drawing.line(left + at, top, left + at, top + side, Style.GRID, 1));
            shapes.add(Drawing.line(left, top + at, left + side, top + at, Style.GRID, 1));
        }
        frame(shapes, left, top, side, side, Style.INK);
    }

    private static void frame(List<Shape> shapes, double x, double y, double width, double height, int color) {
        shapes.add(new Path(
                List.of(x, x + width, x + width, x, x), List.of(y, y, y + height, y + height, y), color, 1, List.of()));
    }

    /** All numbers, or none where most have no room. */
    private void numbers(List<Shape> shapes, int label, double left, double y, double cell) {
        if (Drawing.textWidth("99", NUMBER, false) > cell - 2) {
            return;
        }
        for (int k = 0; k < classes(); k++) {
            double share = share(label, k);
            String percent = share == 0 ? "" : percent(share, cell >= DECIMAL ? 1 : 0);
            double size = Math.min(NUMBER, (cell - 2) / Drawing.textWidth(percent, 1, false));
            if (!percent.isEmpty() && size >= LEAST_NUMBER) {
                int ink = luma(color(share)) < 130 ? Style.PAPER : Style.INK;
                shapes.add(new Text(left + (k + 0.5) * cell, y, percent, size, false, Anchor.MIDDLE, ink, false));
            }
        }
    }

    /** A share above 0 is not shown as 0, nor one below 1 as 100. */
    static String percent(double share, int decimals) {
        double least = Math.pow(10, -decimals);
        String format = "%." + decimals + "f";
        if (share < 1 && 100 * share >= 100 - least / 2) {
            return ">" + String.format(Locale.ROOT, format, 100 - least);
        }
        return share > 0 && 100 * share < least / 2
                ? "<" + String.format(Locale.ROOT, format, least)
                : share == 1 ? "100" : String.format(Locale.ROOT, format, 100 * share);
    }

    private static void legend(List<Shape> shapes, double x, double y, double length) {
        text(shapes, x, y + 4, "share of the label’s row, %", SMALL, false);
        int[] bar = new int[256];
        for (int i = 0; i < bar.length; i++) {
            bar[i] = color(i / (bar.length - 1.0));
        }
        shapes.add(new Picture(x, y + 12, length, 12, bar.length, bar, "shares of 0 to 100 %"));
        frame(shapes, x, y + 12, length, 12, Style.FAINT_INK);
        for (int percent = 0; percent <= 100; percent += 25) {
            Anchor anchor = percent == 0 ? Anchor.START : percent == 100 ? Anchor.END : Anchor.MIDDLE;
            shapes.add(new Text(
                    x + length * percent / 100,
                    y + 40,
                    Integer.toString(percent),
                    SMALL,
                    false,
                    anchor,
                    Style.INK,
                    false));
        }
    }

    /** Darker by the root of the share, so that rare confusions are visible. */
    private static int color(double share) {
        return ColorScale.mixed(Style.PAPER, DARKEST, Math.sqrt(share));
    }

    private static double luma(int color) {
        return 0.2126 * (color >> 16 & 0xFF) + 0.7152 * (color >> 8 & 0xFF) + 0.0722 * (color & 0xFF);
    }

    private long total(int label) {
        return counts.get(label).stream().mapToLong(c -> c).sum();
    }

    /** 0 in a row without labels. */
    private double share(int label, int prediction) {
        long total = total(label);
        return total == 0 ? 0 : (double) counts.get(label).get(prediction) / total;
    }

    private static double widest(List<String> texts) {
        return texts.stream()
                .mapToDouble(t -> Drawing.textWidth(t, SMALL, false))
                .max()
                .orElse(0);
    }

    private static void text(List<Shape> shapes, double x, double y, String text, double size, boolean bold) {
        shapes.add(new Text(x, y, text, size, bold, Anchor.START, Style.INK, false));
    }
}
