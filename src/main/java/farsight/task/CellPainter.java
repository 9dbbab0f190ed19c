package farsight.task;

import java.util.Arrays;

/** Paints a square grid of cells of one colour each, with small numbers in them. */
final class CellPainter {

    /** Pixels of a cell's side: two digits of three by five with a rim. */
    private static final int ROOMY = 9;

    /** Sides above which a cell is one pixel. */
    private static final int MOST_ROOMY = 64;

    private static final int DIGIT_WIDTH = 3;
    private static final int DIGIT_HEIGHT = 5;

    /** Rows of the digits 0 to 9 from the top, three bits each. */
    private static final int[] DIGITS = {
        0b111_101_101_101_111,
        0b010_110_010_010_111,
        0b111_001_111_100_111,
        0b111_001_111_001_111,
        0b101_101_111_001_001,
        0b111_100_111_001_111,
        0b111_100_111_101_111,
        0b111_001_010_010_010,
        0b111_101_111_101_111,
        0b111_101_111_001_111
    };

    private final int size;
    private final int side;
    private final int[] rgb;

    /**
     * A grid in one colour.
     *
     * @param size cells of a side
     */
    CellPainter(int size, int color) {
        this.size = size;
        side = size <= MOST_ROOMY ? ROOMY : 1;
        rgb = new int[size * side * size * side];
        Arrays.fill(rgb, color);
    }

    void fill(int cell, int color) {
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < side; j++) {
                set(cell, i, j, color);
            }
        }
    }

    /** Draws the cell's outline, or fills a cell without room for one. */
    void outline(int cell, int color) {
        for (int i = 0; i < side; i++) {
            set(cell, 0, i, color);
            set(cell, side - 1, i, color);
            set(cell, i, 0, color);
            set(cell, i, side - 1, color);
        }
    }

    /** Writes a number from 0 to 99 into a cell with room. */
    void number(int cell, int number, int color) {
        if (side < ROOMY) {
            return;
        }
        int top = (ROOMY - DIGIT_HEIGHT) / 2;
        if (number < 10) {
            digit(cell, top, (ROOMY - DIGIT_WIDTH) / 2, number, color);
        } else {
            digit(cell, top, 1, number / 10, color);
            digit(cell, top, 1 + DIGIT_WIDTH + 1, number % 10, color);
        }
    }

    private void digit(int cell, int top, int left, int digit, int color) {
        for (int i = 0; i < DIGIT_HEIGHT * DIGIT_WIDTH; i++) {
            if ((DIGITS[digit] >> (DIGIT_HEIGHT * DIGIT_WIDTH - 1 - i) & 1) == 1) {
                set(cell, top + i / DIGIT_WIDTH, left + i % DIGIT_WIDTH, color);
            }
        }
    }

    private void set(int cell, int row, int column, int color) {
        int y = cell / size * side + row;
        int x = cell % size * side + column;
        rgb[y * size * side + x] = color;
    }

    SamplePicture picture() {
        return new SamplePicture(size * side, rgb);
    }
}
