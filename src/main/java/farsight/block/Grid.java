package farsight.block;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The arrangement of N positions: a line (a sequence, or points without neighbours), rows and columns, or the frames
 * of a video. Positions are in row-major order.
 *
 * @param extents [N], [H, W] or [T, H, W]; each at least 1
 */
public record Grid(List<Long> extents) {

    /** The axes of a grid. */
    public enum Kind {
        /** Points, or a sequence. */
        LINE(1, "[batch, channels, positions]"),
        /** Rows and columns. */
        PLANE(2, "[batch, channels, height, width]"),
        /** Frames of rows and columns. */
        VIDEO(3, "[batch, channels, time, height, width]");

        private final int axes;
        private final String features;

        Kind(int axes, String features) {
            this.axes = axes;
            this.features = features;
        }

        /** The axes of features on such a grid, for messages. */
        public String features() {
            return features;
        }

        /**
         * The kind with this number of axes.
         *
         * @throws IllegalArgumentException when the number is not 1, 2 or 3
         */
        public static Kind of(int axes) {
            return switch (axes) {
                case 1 -> LINE;
                case 2 -> PLANE;
                case 3 -> VIDEO;
                default -> throw new IllegalArgumentException("a grid has one to three axes, not " + axes);
            };
        }

        /** Number of axes. */
        public int axes() {
            return axes;
        }
    }

    /**
     * Copies the extents.
     *
     * @throws IllegalArgumentException when there are fewer than one or more than three, or one is below 1
     */
    public Grid {
        extents = List.copyOf(extents);
        if (extents.isEmpty()
                || extents.size() > Kind.values().length
                || extents.stream().anyMatch(e -> e < 1)) {
            throw new IllegalArgumentException("a grid has one to three extents of at least 1, not " + text(extents));
        }
    }

    /** Rows and columns. */
    public Grid(long height, long width) {
        this(List.of(height, width));
    }

    /** Rows and columns of every frame. */
    public Grid(long frames, long height, long width) {
        this(List.of(frames, height, width));
    }

    /** N points, or a sequence of N. */
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

    /** Its axes. */
    public Kind kind() {
        return Kind.of(extents.size());
    }

    /** Whether the positions have rows and columns, and no third axis. */
    public boolean plane() {
        return kind() == Kind.PLANE;
    }

    /** T, frames; 1 unless this is a video. */
    public long frames() {
        return kind() == Kind.VIDEO ? extents.getFirst() : 1;
    }

    /** H, rows; 1 for points. */
    public long height() {
        return kind() == Kind.LINE ? 1 : extents.get(extents.size() - 2);
    }

    /** W, columns; N for points. */
    public long width() {
        return extents.getLast();
    }

    /** Rows of a pooling window: 1 in a line, else 2. A window has two columns and lies in one frame. */
    public long windowRows() {
        return kind() == Kind.LINE ? 1 : 2;
    }

    /**
     * The grid of the pooling windows. An odd last row or column is in no window.
     *
     * @throws IllegalArgumentException when there is no window
     */
    public Grid pooled() {
        return switch (kind()) {
            case LINE -> points(width() / 2);
            case PLANE -> new Grid(height() / 2, width() / 2);
            case VIDEO -> new Grid(frames(), height() / 2, width() / 2);
        };
    }

    /** Index of the pooling window that contains a position; empty if none does. */
    public OptionalLong windowOf(long position) {
        long row = position / width() % height() / windowRows();
        long column = position % width() / 2;
        long rows = height() / windowRows();
        long columns = width() / 2;
        long frame = position / width() / height();
        return row < rows && column < columns
                ? OptionalLong.of((frame * rows + row) * columns + column)
                : OptionalLong.empty();
    }

    /**
     * N.
     *
     * @throws ArithmeticException when N overflows a long
     */
    public long positions() {
        return Math.multiplyExact(frames(), Math.multiplyExact(height(), width()));
    }

    @Override
    public String toString() {
        return text(extents);
    }

    private static String text(List<Long> extents) {
        return extents.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
