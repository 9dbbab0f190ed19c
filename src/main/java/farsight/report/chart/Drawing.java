package farsight.report.chart;

import java.util.Collections;
import java.util.List;

/**
 * A chart with every shape placed, in pixels from the top left; {@link Svg} and {@link Png} write it. It needs no chart
 * library: the available ones draw text as outlines, choose the ticks of a logarithmic axis themselves, and lay out for
 * one width.
 */
public record Drawing(double width, double height, String title, String description, List<Shape> shapes) {

    /** Pixels across, for a page or a slide. */
    public static final double WIDE = 900;

    /** Pixels across, for a phone. */
    static final double NARROW = 360;

    /** The part of a text at its x. */
    public enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** One shape; later ones cover earlier ones. */
    public sealed interface Shape permits Path, Symbol, Text, Picture {}

    /**
     * A line through points.
     *
     * @param xs distances from the left edge
     * @param ys distances from the top edge
     * @param round whether its corners are round; the mitre of a sharp one would reach beyond its point
     */
    public record Path(List<Double> xs, List<Double> ys, int color, double width, List<Double> dash, boolean round)
            implements Shape {

        /** With mitred corners. */
        public Path(List<Double> xs, List<Double> ys, int color, double width, List<Double> dash) {
            this(xs, ys, color, width, dash, false);
        }
    }

    /**
     * A marker.
     *
     * @param radius about half its width
     * @param note shown by viewers when the pointer rests on it; empty on legends
     */
    public record Symbol(
            double x, double y, double radius, Style.Marker marker, Chart.Sign sign, int color, String note)
            implements Shape {}

    /**
     * A line of text.
     *
     * @param y of its base line
     * @param size of the font in pixels
     * @param halo whether it has a white rim, which separates it from lines behind it
     */
    public record Text(
            double x, double y, String text, double size, boolean bold, Anchor anchor, int color, boolean halo)
            implements Shape {

        /** Its left edge. */
        public double left() {
            return switch (anchor) {
                case START -> x;
                case MIDDLE -> x - textWidth(text, size, bold) / 2;
                case END -> x - textWidth(text, size, bold);
            };
        }

        /** Its right edge. */
        public double right() {
            return left() + textWidth(text, size, bold);
        }
    }

    /**
     * Pixels, stretched over a rectangle without smoothing.
     *
     * @param x of its left edge
     * @param y of its upper edge
     * @param columns pixels per row
     * @param rgb 0xRRGGBB of each pixel, row-major
     * @param note alternative text
     */
    public record Picture(double x, double y, double width, double height, int columns, int[] rgb, String note)
            implements Shape {
        /** Rows of pixels. */
        int rows() {
            return rgb.length / columns;
        }
    }

    /** The same without what is empty beyond its shapes at the right, except for an edge. */
    Drawing cropped(double edge) {
        double right = shapes.stream().mapToDouble(Drawing::right).max().orElse(width);
        return new Drawing(Math.min(width, Math.ceil(right + edge)), height, title, description, shapes);
    }

    private static double right(Shape shape) {
        return switch (shape) {
            case Path p -> Collections.max(p.xs);
            case Symbol s -> s.x + s.radius;
            case Text t -> t.right();
            case Picture p -> p.x + p.width;
        };
    }

    /** A straight line. */
    static Path line(double x1, double y1, double x2, double y2, int color, double width) {
        return new Path(List.of(x1, x2), List.of(y1, y2), color, width, List.of());
    }

    /**
     * An estimate of a text's width, on the safe side. The viewer of an SVG has other fonts than the machine that drew
     * it, which may have none.
     */
    public static double textWidth(String text, double size, boolean bold) {
        double ems = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("iljtfrI.,:;'|!()[] ".indexOf(c) >= 0) {
                ems += 0.36;
            } else if ("mwMW@%".indexOf(c) >= 0) {
                ems += 0.95;
            } else if (Character.isUpperCase(c)) {
                ems += 0.72;
            } else {
                ems += 0.61;
            }
        }
        return ems * size * (bold ? 1.08 : 1);
    }

    /** The text, cut with an ellipsis if it is wider than {@code width}. */
    static String fitted(String text, double size, double width) {
        if (textWidth(text, size, false) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 1 && textWidth(text.substring(0, end) + "…", size, false) > width) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + "…";
    }
}
