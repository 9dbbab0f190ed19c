package farsight.report.chart;

import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Style.Marker;
import java.util.List;

/** The outlines of markers. */
final class Markers {

    private Markers() {}

    /**
     * The corners of a marker's outline; none for a circle.
     *
     * @return x and y of each corner
     */
    static List<double[]> corners(Symbol s) {
        double r = s.radius();
        // Scaled so that all shapes have about the same area.
        return switch (s.marker()) {
            case CIRCLE -> List.of();
            case SQUARE -> polygon(s, 4, r * 1.25, 45);
            case DIAMOND -> polygon(s, 4, r * 1.3, 0);
            case UP -> polygon(s, 3, r * 1.4, -90);
            case DOWN -> polygon(s, 3, r * 1.4, 90);
            case HEXAGON -> polygon(s, 6, r * 1.12, 0);
            case LEFT -> polygon(s, 3, r * 1.4, 180);
            case RIGHT -> polygon(s, 3, r * 1.4, 0);
        };
    }

    /** Whether the marker is round. */
    static boolean round(Symbol s) {
        return s.marker() == Marker.CIRCLE;
    }

    private static List<double[]> polygon(Symbol s, int corners, double radius, double degrees) {
        double[][] points = new double[corners][];
        for (int i = 0; i < corners; i++) {
            double a = Math.toRadians(degrees + 360.0 * i / corners);
            points[i] = new double[] {s.x() + radius * Math.cos(a), s.y() + radius * Math.sin(a)};
        }
        return List.of(points);
    }
}
