package farsight.block;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The arrangement of N positions: in rows and columns, or as points without neighbours.
 *
 * @param extents H and W, or N alone; each at least 1
 */
public record Grid(List<Long> extents) {

    /**
     * Copies the extents.
     *
     * @throws IllegalArgumentException unless there are one or two extents of at least 1
     */
    public Grid {
        extents = List.copyOf(extents);
        if (extents.isEmpty() || extents.size() > 2 || extents.stream().anyMatch(e -> e < 1)) {
            throw new IllegalArgumentException("a grid has at least one position, not " + text(extents));
        }
    }

    /** Rows and columns. */
    public Grid(long height, long width) {
        this(List.of(height, width));
    }

    /** N points. */
    public static Grid points(long positions) {
        return new Grid(List.of(positions));
    }

    /**
     * The grid of exactly N positions whose aspect ratio is nearest to a picture's: of all height · width = N, the one
     * with the least |ln(width / height) − ln(aspect)|; of two equally near, the wider. A prime N leaves only 1 × N and
     * N × 1.
     *
     * @param positions N, from 1 to 2³¹ − 1
     * @param aspect width over height, above 0
     * @throws IllegalArgumentException if either is out of these bounds
     */
    public static Grid near(long positions, double aspect) {
        if (positions < 1 || positions > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a grid of %d positions: expected 1 to %d".formatted(positions, Integer.MAX_VALUE));
        }
        if (!(aspect > 0) || Double.isInfinite(aspect)) {
            throw new IllegalArgumentException(
                    "a grid of aspect ratio %s: expected a number above 0".formatted(aspect));
        }
        Grid best = new Grid(1, positions);
        for (long side = 1; side * side <= positions; side++) {
            if (positions % side == 0) {
                long other = positions / side;
                best = nearer(best, new Grid(side, other), aspect);
                best = nearer(best, new Grid(other, side), aspect);
            }
        }
        return best;
    }

    private static Grid nearer(Grid best, Grid other, double aspect) {
        int order = Double.compare(best.distance(aspect), other.distance(aspect));
        return order < 0 || (order == 0 && best.width() >= other.width()) ? best : other;
    }

    // Logarithms of the sides, not of their ratio: so h × w and w × h are exactly as far from a square.
    private double distance(double aspect) {
        return Math.abs(StrictMath.log((double) width()) - StrictMath.log((double) height()) - StrictMath.log(aspect));
    }

    /** Whether the positions have rows and columns. */
    public boolean plane() {
        return extents.size() == 2;
    }

    /** H, rows; 1 for points. */
    public long height() {
        return plane() ? extents.getFirst() : 1;
    }

    /** W, columns; N for points. */
    public long width() {
        return extents.getLast();
    }

    /**
     * N.
     *
     * @throws ArithmeticException when N overflows a long
     */
    public long positions() {
        return Math.multiplyExact(height(), width());
    }

    @Override
    public String toString() {
        return text(extents);
    }

    private static String text(List<Long> extents) {
        return extents.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
