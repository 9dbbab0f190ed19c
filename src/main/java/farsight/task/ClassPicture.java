package farsight.task;

import farsight.block.Grid;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pictures of a class for every position of a sample, with marks where a prediction is wrong. */
public final class ClassPicture {

    /** Colour of positions without a class. */
    public static final int UNLABELLED = 0xF2F2F0;

    private static final int INK = 0x1A1A1A;

    /** Pixels along a map's longer side, if a position has room for a cross. */
    private static final int SIDE = 288;

    private static final int CROSSED = 5;

    private ClassPicture() {}

    /** Whether wrong positions of a plane are crossed out; they are black where there is no room. */
    public static boolean crosses(Grid plane) {
        return scale(rows(plane), columns(plane)) >= CROSSED;
    }

    /**
     * Classes in their colours; a class other than the label is marked.
     *
     * @param view of points; null for a plane
     * @param grid of the positions
     * @param classes per position; negative for none
     * @param labels likewise
     */
    public static SamplePicture of(@Nullable PointView view, @Nullable Grid grid, int[] classes, int[] labels) {
        return view != null
                ? view.paint(n -> color(classes[n]), n -> classes[n] != labels[n])
                : ofPlane(Objects.requireNonNull(grid), classes, labels);
    }

    private static SamplePicture ofPlane(Grid plane, int[] classes, int[] labels) {
        int rows = rows(plane);
        int columns = columns(plane);
        int scale = scale(rows, columns);
        int width = columns * scale;
        int[] rgb = new int[rows * scale * width];
        for (int i = 0; i < rgb.length; i++) {
            int y = i / width;
            int x = i % width;
            int n = y / scale * columns + x / scale;
            int color = color(classes[n]);
            boolean wrong = classes[n] != labels[n];
            rgb[i] = wrong && marked(y % scale, x % scale, scale) ? markOn(color, scale) : color;
        }
        return new SamplePicture(width, rgb);
    }

    private static int rows(Grid plane) {
        return Math.toIntExact(plane.extents().getFirst());
    }

    private static int columns(Grid plane) {
        return Math.toIntExact(plane.extents().getLast());
    }

    private static int scale(int rows, int columns) {
        return Math.max(1, SIDE / Math.max(rows, columns));
    }

    private static int color(int number) {
        return number < 0 ? UNLABELLED : ClassColors.of(number);
    }

    /** Whether a pixel of a wrong cell belongs to its mark: two diagonals, or the whole of a small cell. */
    private static boolean marked(int row, int column, int scale) {
        if (scale < CROSSED) {
            return true;
        }
        int thick = scale / 10;
        return Math.abs(row - column) <= thick || Math.abs(row + column - (scale - 1)) <= thick;
    }

    private static int markOn(int color, int scale) {
        return scale < CROSSED ? INK : ClassColors.ink(color);
    }
}
