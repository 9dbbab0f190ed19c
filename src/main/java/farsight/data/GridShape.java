package farsight.data;

/**
 * The sides of a grid of positions.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record GridShape(int height, int width) {
    /**
     * @throws DataException where a side is below 1
     */
    public GridShape {
        if (height < 1 || width < 1) {
            throw new DataException("a grid of %d x %d: expected sides of at least 1".formatted(height, width));
        }
    }

    /** How many positions the grid has: height · width. */
    public long positions() {
        return (long) height * width;
    }

    /**
     * The grid of exactly so many positions whose form is nearest to a picture's: of all height · width
     * = N, the one with the least |ln(width / height) − ln(aspect)|, and of two equally near the wider.
     * A prime N leaves only 1 × N and N × 1.
     *
     * @param positions N, from 1 to 2³¹ − 1
     * @param aspect width over height, above 0
     * @throws DataException where either is out of these bounds
     */
    public static GridShape near(long positions, double aspect) {
        if (positions < 1 || positions > Integer.MAX_VALUE) {
            throw new DataException("a grid of %d positions: expected 1 to %d".formatted(positions, Integer.MAX_VALUE));
        }
        if (!(aspect > 0) || Double.isInfinite(aspect)) {
            throw new DataException("a grid of aspect ratio %s: expected a number above 0".formatted(aspect));
        }
        GridShape best = new GridShape(1, (int) positions);
        for (int side = 1; (long) side * side <= positions; side++) {
            if (positions % side == 0) {
                int other = (int) (positions / side);
                best = nearer(best, new GridShape(side, other), aspect);
                best = nearer(best, new GridShape(other, side), aspect);
            }
        }
        return best;
    }

    private static GridShape nearer(GridShape best, GridShape other, double aspect) {
        int order = Double.compare(best.distance(aspect), other.distance(aspect));
        return order < 0 || (order == 0 && best.width >= other.width) ? best : other;
    }

    // Logarithms of the sides, not of their ratio: so h × w and w × h are exactly as far from a square.
    private double distance(double aspect) {
        return Math.abs(StrictMath.log(width) - StrictMath.log(height) - StrictMath.log(aspect));
    }
}
