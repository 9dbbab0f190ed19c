package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Maps of H×W positions resampled to h×w positions, as by PyTorch's {@code interpolate} with a size.
 *
 * <p>Along an axis from n to m positions, output i stands at s(i) among the inputs, and takes its two neighbours in
 * proportion: s(i) = (i + ½)·n/m − ½, at least 0; with aligned corners s(i) = i·(n − 1)/(m − 1). The nearest position
 * is ⌊i·n/m⌋ instead. A gradient gathers: s rises with i, so the outputs that read an input follow each other.
 *
 * <p>All of it is computed from whole numbers. The ratio p/q, in lowest terms, is n/m, or (n − 1)/(m − 1) with aligned
 * corners.
 */
public final class ResampleKernels {

    /** Mode: the nearest position. */
    public static final int NEAREST = 0;

    /** Mode: linear, as if each number stood at the centre of its position. */
    public static final int LINEAR = 1;

    /** Mode: linear, with the first and the last positions aligned. */
    public static final int ALIGNED = 2;

    private ResampleKernels() {}

    private static int numerator(int i, int p, int q, int mode) {
        return mode == LINEAR ? Math.max((2 * i + 1) * p - q, 0) : i * p;
    }

    private static int denominator(int q, int mode) {
        return mode == LINEAR ? 2 * q : q;
    }

    /** ⌊s(i)⌋: the first of the two inputs that output i reads. */
    public static int lower(int i, int p, int q, int mode) {
        return numerator(i, p, q, mode) / denominator(q, mode);
    }

    /** s(i) − ⌊s(i)⌋: the share of the second input; 0 for the nearest. */
    public static float share(int i, int p, int q, int mode) {
        int rest = numerator(i, p, q, mode) % denominator(q, mode);
        return mode == NEAREST ? 0f : (float) rest / denominator(q, mode);
    }

    /** The second of the two inputs; the first one if it has no share or is the last. */
    public static int upper(int lower, float share, int n) {
        return share > 0f ? Math.min(lower + 1, n - 1) : lower;
    }

    /** The first of m outputs i with s(i) ≥ k. */
    public static int firstOutput(int k, int m, int p, int q, int mode) {
        if (k <= 0) {
            return 0;
        }
        int above = mode == LINEAR ? 2 * q * k + q - p : q * k;
        int each = mode == LINEAR ? 2 * p : p;
        return each == 0 ? m : Math.min(m, (above + each - 1) / each);
    }

    /** What output i takes of input k, of n. */
    public static float weight(int i, int k, int n, int p, int q, int mode) {
        int lower = lower(i, p, q, mode);
        float share = share(i, p, q, mode);
        float first = lower == k ? 1f - share : 0f;
        return first + (upper(lower, share, n) == k ? share : 0f);
    }

    /**
     * y[m, (i, j), c] = Σ over the two rows and two columns around s(i, j) of their shares of x.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outHeight·outWidth, channels]
     * @param rowP p/q of the vertical axis
     * @param colP p/q of the horizontal axis
     * @param elementsEach channels per iteration
     */
    public static void resampled(
            FloatArray x,
            FloatArray y,
            int maps,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int channels,
            int rowP,
            int rowQ,
            int colP,
            int colQ,
            int mode,
            int elementsEach) {
        int pieces = channels / elementsEach;
        int all = maps * outHeight * outWidth * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int place = r / pieces;
            int first = r % pieces * elementsEach;
            int i = place / outWidth % outHeight;
            int j = place % outWidth;
            float down = share(i, rowP, rowQ, mode);
            float right = share(j, colP, colQ, mode);
            int top = lower(i, rowP, rowQ, mode);
            int left = lower(j, colP, colQ, mode);
            int map = place / (outHeight * outWidth) * height;
            int upperLine = (map + top) * width;
            int lowerLine = (map + upper(top, down, height)) * width;
            int beside = upper(left, right, width);
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                float above = (1f - right) * x.get((upperLine + left) * channels + c)
                        + right * x.get((upperLine + beside) * channels + c);
                float below = (1f - right) * x.get((lowerLine + left) * channels + c)
                        + right * x.get((lowerLine + beside) * channels + c);
                y.set(place * channels + c, (1f - down) * above + down * below);
            }
        }
    }

    /**
     * dx[m, p, c] = Σ over the outputs that read position p of what they take of it times dy, or dx += that.
     *
     * @param dy [maps, outHeight·outWidth, channels]
     * @param dx [maps, height·width, channels]
     * @param elementsEach channels per iteration
     */
    public static void resampledGradient(
            FloatArray dy,
            FloatArray dx,
            int maps,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int channels,
            int rowP,
            int rowQ,
            int colP,
            int colQ,
            int mode,
            int accumulate,
            int elementsEach) {
        int pieces = channels / elementsEach;
        int all = maps * height * width * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int place = r / pieces;
            int first = r % pieces * elementsEach;
            int i = place / width % height;
            int j = place % width;
            int map = place / (height * width) * outHeight;
            int back = mode == NEAREST ? 0 : 1;
            int firstRow = firstOutput(i - back, outHeight, rowP, rowQ, mode);
            int stopRow = firstOutput(i + 1, outHeight, rowP, rowQ, mode);
            int firstCol = firstOutput(j - back, outWidth, colP, colQ, mode);
            int stopCol = firstOutput(j + 1, outWidth, colP, colQ, mode);
            for (int k = 0; k < elementsEach; k++) {
                int c = first + k;
                float sum = 0f;
                for (int a = firstRow; a < stopRow; a++) {
                    float part = 0f;
                    for (int b = firstCol; b < stopCol; b++) {
                        float of = weight(b, j, width, colP, colQ, mode);
                        part += of * dy.get(((map + a) * outWidth + b) * channels + c);
                    }
                    sum += weight(a, i, height, rowP, rowQ, mode) * part;
                }
                float before = accumulate == 1 ? dx.get(place * channels + c) : 0f;
                dx.set(place * channels + c, before + sum);
            }
        }
    }
}
