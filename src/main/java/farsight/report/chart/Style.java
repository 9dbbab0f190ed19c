package farsight.report.chart;

import farsight.block.BlockKinds;
import farsight.report.chart.Lines.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The style of a line. Colour, marker and dashes each distinguish lines, so a chart is readable in black and white and
 * by colour-blind readers.
 *
 * @param color 0xRRGGBB
 * @param marker the markers' shape
 * @param dash lengths of dashes and gaps in pixels; empty for an unbroken line
 * @param width of the line in pixels
 */
public record Style(int color, Marker marker, List<Double> dash, double width) {

    /** Shapes that can be drawn filled and open. */
    public enum Marker {
        CIRCLE,
        SQUARE,
        DIAMOND,
        UP,
        DOWN,
        HEXAGON,
        LEFT,
        RIGHT
    }

    public static final int INK = 0x1A1A1A;
    static final int FAINT_INK = 0x4A4A4A;
    static final int GRID = 0xDADADA;
    public static final int PAPER = 0xFFFFFF;
    public static final double WIDTH = 2;

    /** Of a limit across the plot. */
    public static final Style RULE = new Style(INK, Marker.CIRCLE, List.of(1.5, 3.0), 1.4);

    /** The colour of blocks that are not registered here. */
    private static final int UNKNOWN = 0x5A5A5A;

    /** How far a colour may be lightened and remain visible on white: contrast 3 to 1. */
    private static final double LIGHTEST = 0.3;

    private static final List<List<Double>> DASHES = List.of(
            List.of(),
            List.of(9.0, 4.0),
            List.of(2.5, 3.0),
            List.of(10.0, 3.5, 2.5, 3.5),
            List.of(5.0, 3.0),
            List.of(16.0, 4.0),
            List.of(10.0, 3.0, 2.5, 3.0, 2.5, 3.0),
            List.of(16.0, 3.0, 4.0, 3.0));

    /** The same style, without dashes. */
    public Style solid() {
        return new Style(color, marker, List.of(), width);
    }

    /** The same style with other dashes; 0 is unbroken. */
    public Style dashed(int which) {
        return new Style(color, marker, DASHES.get(which % DASHES.size()), width);
    }

    /** The same style, thinner and with short dashes, for a part of the line's quantity. */
    public Style part() {
        return new Style(color, marker, List.of(4.0, 4.0), 1.4);
    }

    /** A style for each line of a sweep, the same in all its charts. */
    public static Map<Line, Style> of(List<Line> lines) {
        Map<Line, Style> styles = new LinkedHashMap<>();
        int i = 0;
        for (Line line : lines) {
            // The largest d is darkest.
            List<Integer> ds = lines.stream()
                    .filter(l -> l.kind().equals(line.kind()))
                    .map(Line::latent)
                    .distinct()
                    .sorted()
                    .toList();
            double light = ds.size() < 2 ? 0 : LIGHTEST * (ds.size() - 1 - ds.indexOf(line.latent())) / (ds.size() - 1);
            int round = i / DASHES.size();
            styles.put(
                    line,
                    new Style(
                            lighter(color(line.kind()), light),
                            Marker.values()[i % Marker.values().length],
                            DASHES.get((i + round) % DASHES.size()),
                            WIDTH));
            i++;
        }
        return styles;
    }

    private static int color(String kind) {
        return BlockKinds.find(kind).map(known -> known.look().colour()).orElse(UNKNOWN);
    }

    private static int lighter(int color, double part) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int c = color >> shift & 0xFF;
            result |= (int) Math.round(c + (255 - c) * part) << shift;
        }
        return result;
    }
}
