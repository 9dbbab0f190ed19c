package farsight.data.image;

import farsight.data.DataException;

/**
 * A colour picture.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param rgb red, green and blue of each pixel as 0 … 1, in [height, width, 3] row-major order from the upper left;
 *     kept, not copied. Two images are equal only if they share this array.
 */
@SuppressWarnings("ArrayRecordComponent") // Pixels are far too many to copy at each look.
public record Image(int width, int height, float[] rgb) {
    /** Values per pixel. */
    public static final int CHANNELS = 3;

    /** Most pixels of an image: 2²⁸, as in 16,384 × 16,384. */
    public static final long MAX_PIXELS = 1L << 28;

    /**
     * @throws DataException where a side is below 1, there are more than {@link #MAX_PIXELS}, or the
     *     array is not 3 · width · height long
     */
    public Image {
        checkSize("an image", width, height);
        if (rgb.length != CHANNELS * width * height) {
            throw new DataException("an image of %d x %d pixels takes %d values, not %d"
                    .formatted(width, height, CHANNELS * width * height, rgb.length));
        }
    }

    /** Number of pixels: width · height. */
    public int pixels() {
        return width * height;
    }

    /** Width over height. */
    public double aspect() {
        return (double) width / height;
    }

    /** Refuses a size out of bounds. */
    static void checkSize(String what, long width, long height) {
        if (width < 1 || height < 1 || width > MAX_PIXELS / height) {
            throw new DataException("%s of %d x %d pixels is out of bounds: expected sides from 1 and %d pixels at most"
                    .formatted(what, width, height, MAX_PIXELS));
        }
    }
}
