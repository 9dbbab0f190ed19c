package farsight.op.image;

/**
 * One axis of a sliding window. The window at output index j covers the inputs j·stride − padding + t·dilation, t = 0 …
 * kernel − 1; those outside the input are padding.
 *
 * @param in extent of the input, at least 1
 * @param kernel taps, at least 1
 * @param stride at least 1
 * @param padding inputs added at each end, at least 0
 * @param dilation distance of neighbouring taps, at least 1
 */
public record WindowAxis(long in, int kernel, int stride, int padding, int dilation) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is too small, or no window fits
     */
    public WindowAxis {
        if (in < 1 || kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
            throw new IllegalArgumentException(
                    "an axis of %d inputs with kernel %d, stride %d, padding %d, dilation %d: expected at least 1, padding at least 0"
                            .formatted(in, kernel, stride, padding, dilation));
        }
        if (in + 2L * padding < reach(kernel, dilation)) {
            throw new IllegalArgumentException("a window of %d does not fit %d inputs with padding %d"
                    .formatted(reach(kernel, dilation), in, padding));
        }
    }

    private static long reach(int kernel, int dilation) {
        return (kernel - 1L) * dilation + 1;
    }

    /** An axis that the window does not span: each input by itself. */
    public static WindowAxis point(long in) {
        return new WindowAxis(in, 1, 1, 0, 1);
    }

    /** Number of windows: ⌊(in + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1. */
    public long out() {
        return (in + 2L * padding - reach(kernel, dilation)) / stride + 1;
    }
}
