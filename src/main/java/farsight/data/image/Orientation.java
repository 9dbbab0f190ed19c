package farsight.data.image;

/**
 * The rotation or reflection that turns a stored picture upright, by its number in EXIF and TIFF (EXIF 2.32, tag 274).
 *
 * @param number 1 for upright as stored, to 8
 */
record Orientation(int number) {
    static final Orientation UPRIGHT = new Orientation(1);

    /** The orientation of a file's number; upright where it is not one of the eight. */
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

    /** The upright picture's column of a stored pixel. */
    int column(int x, int y, int width, int height) {
        return switch (number) {
            case 2, 3 -> width - 1 - x;
            case 5, 8 -> y;
            case 6, 7 -> height - 1 - y;
            default -> x;
        };
    }

    /** The upright picture's row of a stored pixel. */
    int row(int x, int y, int width, int height) {
        return switch (number) {
            case 3, 4 -> height - 1 - y;
            case 5, 6 -> x;
            case 7, 8 -> width - 1 - x;
            default -> y;
        };
    }

    /** Copies a row of a stored picture of width · height pixels to its place in the upright one. */
    void place(float[] row, int y, int width, int height, float[] upright) {
        int columns = swaps() ? height : width;
        for (int x = 0; x < width; x++) {
            int to = row(x, y, width, height) * columns + column(x, y, width, height);
            System.arraycopy(row, Image.CHANNELS * x, upright, Image.CHANNELS * to, Image.CHANNELS);
        }
    }

    /** The stored picture turned upright. */
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
