package farsight.op.image;

import farsight.kernel.Windows;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A window that slides over maps of height·width positions. A sequence is a map of one row.
 *
 * @param rows the vertical axis
 * @param cols the horizontal axis
 */
public record Window(WindowAxis rows, WindowAxis cols) {

    /** A square window over maps of height·width positions. */
    public static Window square(long height, long width, int kernel, int stride, int padding) {
        return new Window(
                new WindowAxis(height, kernel, stride, padding, 1), new WindowAxis(width, kernel, stride, padding, 1));
    }

    /** A window over sequences of {@code width} positions. */
    public static Window line(long width, int kernel, int stride, int padding) {
        return new Window(WindowAxis.point(1), new WindowAxis(width, kernel, stride, padding, 1));
    }

    /**
     * Checks that kernels can take the window's numbers in pairs.
     *
     * @throws IllegalArgumentException if one is too large; names its axis
     */
    void mustFitPairs() {
        for (WindowAxis a : List.of(rows, cols)) {
            if (Math.max(Math.max(a.kernel(), a.stride()), Math.max(a.padding(), a.dilation())) > Windows.MOST) {
                throw new IllegalArgumentException(
                        "a window with %s: expected at most %d besides the inputs".formatted(a, Windows.MOST));
            }
        }
    }

    /** A number of both axes, as kernels take it. */
    int pair(ToIntFunction<WindowAxis> number) {
        return Windows.pair(number.applyAsInt(rows), number.applyAsInt(cols));
    }

    /** Positions of an input map. */
    public long in() {
        return Math.multiplyExact(rows.in(), cols.in());
    }

    /** Positions of an output map. */
    public long out() {
        return Math.multiplyExact(rows.out(), cols.out());
    }

    /** Positions in a window. */
    public long taps() {
        return (long) rows.kernel() * cols.kernel();
    }

    /** Whether each output depends on the input at its own index alone. */
    public boolean pointwise() {
        return taps() == 1 && in() == out() && rows.padding() == 0 && cols.padding() == 0;
    }
}
