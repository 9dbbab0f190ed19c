package farsight.report.chart;

import java.util.List;

/**
 * A chart as data; {@link ChartLayout} places it.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting common to all of its points
 * @param caption a sentence or two for the page
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series in the legend's order
 * @param rules labelled horizontal lines
 * @param keys legend entries for the signs
 */
public record Chart(
        String name,
        String title,
        String setting,
        String caption,
        Axis x,
        Axis y,
        List<Series> series,
        List<Rule> rules,
        List<Key> keys) {

    /** The kind of value that a marker shows. */
    public enum Sign {
        /** A measured value. */
        FILLED,
        /** A predicted value of a point that was refused. */
        OPEN,
        /** Ran out of memory. */
        CROSS,
        /** Failed. */
        PLUS,
        /** No marker: a legend entry for lines. */
        NONE
    }

    /** A point in the units of the axes. */
    public record Spot(double x, double y) {}

    /**
     * A marker.
     *
     * @param note shown when the pointer rests on the marker
     */
    public record Mark(Spot at, Sign sign, String note) {}

    /**
     * A line and its markers, which need not lie on it.
     *
     * @param label in the legend; empty for none
     * @param path the line's points, by growing x
     */
    public record Series(String label, Style style, List<Spot> path, List<Mark> marks) {}

    /**
     * A labelled horizontal line.
     *
     * @param label empty if the legend explains the line
     * @param brief the label for little room
     */
    public record Rule(double value, String label, String brief) {}

    /** A legend entry that explains a sign, or with {@link Sign#NONE} a line. */
    public record Key(String label, Style style, Sign sign) {}
}
