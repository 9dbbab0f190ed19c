package farsight.report;

import java.util.List;

/**
 * A chart as data; {@link ChartLayout} places it.
 *
 * @param name of its files, without extension
 * @param title one short line
 * @param setting what all of its points have in common
 * @param caption a sentence or two for the page
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series what is drawn, in the legend's order
 * @param rules labelled horizontal lines
 * @param keys what the signs mean
 */
record Chart(
        String name,
        String title,
        String setting,
        String caption,
        Axis x,
        Axis y,
        List<Series> series,
        List<Rule> rules,
        List<Key> keys) {

    /** How a value came about. */
    enum Sign {
        /** A measured value. */
        FILLED,
        /** A predicted value of a point that was refused. */
        OPEN,
        /** Ran out of memory. */
        CROSS,
        /** Failed. */
        PLUS,
        /** No marker: an entry of the legend that is about lines. */
        NONE
    }

    /** A place in the units of the axes. */
    record Spot(double x, double y) {}

    /**
     * A marker.
     *
     * @param note what a reader who points at it is told
     */
    record Mark(Spot at, Sign sign, String note) {}

    /**
     * A line and the markers that belong to it; these need not lie on it.
     *
     * @param label in the legend; empty for none
     * @param path what the line goes through, by growing x
     */
    record Series(String label, Style style, List<Spot> path, List<Mark> marks) {}

    /**
     * A labelled horizontal line.
     *
     * @param brief the label where there is little room
     */
    record Rule(double value, String label, String brief) {}

    /** An entry of the legend that explains a sign, or a line where the sign is {@link Sign#NONE}. */
    record Key(String label, Style style, Sign sign) {}
}
