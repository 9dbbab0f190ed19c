package farsight.block;

/**
 * How N positions lie: a grid of height·width, or points, which have no neighbours.
 *
 * @param height rows; 1 for points
 * @param width columns; N for points
 */
public record Grid(long height, long width) {

    /** Checks the sides. */
    public Grid {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("a grid has at least one position, not " + height + "×" + width);
        }
    }

    /** N points. */
    public static Grid points(long positions) {
        return new Grid(1, positions);
    }

    /** N. */
    public long positions() {
        return Math.multiplyExact(height, width);
    }
}
