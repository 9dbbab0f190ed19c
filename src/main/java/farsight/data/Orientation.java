package farsight.data;

/**
 * How a stored picture is turned to stand upright, by the number that EXIF and TIFF give it (EXIF 2.32, tag 274).
 *
 * @param number 1 for upright as stored, to 8
 */
record Orientation(int number) {
    static final Orientation UPRIGHT = new Orientation(1);

    /** Of a number out of a file; upright where it is none of the eight. */
    static Orientation of(long number) {
        return number >= 1 && number <= 8 ? new Orientation((int) number) : UPRIGHT;
    }

    boolean isUpright() {
        return number == 1;
    }

    /** Whether rows become columns. */
    boolean swaps() {
        return number >= 5;
    }

    /** The column of the upright picture that a stored pixel comes to. */
    int column(int x, int y, int width, int height) {
        return switch (number) {
            case 2, 3 -> width - 1 - x;
            case 5, 8 -> y;
            case 6, 7 -> height - 1 - y;
            default -> x;
        };
    }

    /** The row of the upright picture that a stored pixel comes to. */
    int row(int x, int y, int width, int height) {
        return switch (number) {
            case 3, 4 -> height - 1 - y;
            case 5, 6 -> x;
            case 7, 8 -> width - 1 - x;
            default -> y;
        };
    }

    /** Puts a row of a stored picture of width · height pixels to its place in the upright one. */
    void place(float[] row, int y, int width, int height, float[] upright) {
        int columns = swaps() ? height : width;
        for (int x = 0; x < width; x++) {
            int to = row(x, y, width, height) * columns + column(x, y, width, height);
            System.arraycopy(row, Image.CHANNELS * x, upright, Image.CHANNELS * to, Image.CHANNELS);
        }
    }

    /** A stored picture, upright. */
    Image upright(Image stored) {
        if (isUpright()) {
            return stored;
        }
        int length = Image.CHANNELS * stored.width();
        float[] row = new float[length];
        float[] upright = new float[stored.rgb().length];
        for (int y = 0; y < stored.height(); y++) {
            System.arraycopy(stored.rgb(), y * length, row, 0, length);
            place(row, y, stored.width(), stored.height(), upright);
        }
        return swaps()
                ? new Image(stored.height(), stored.width(), upright)
                : new Image(stored.width(), stored.height(), upright);
    }
}
