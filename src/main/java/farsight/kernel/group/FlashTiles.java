package farsight.kernel.group;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * How the 16×16 items of a work-group share the products of streaming attention: the extents of its tiles, and the
 * arithmetic of one item.
 *
 * <p>A group holds a block of 64×64 weights. Item (tx, ty) holds rows ty + 16i and columns tx + 16j, i and j below 4.
 * So a warp reads neighbouring words of local memory, or one word for all items, and each word serves at least four
 * multiply-adds. Tiles have one spare column, so that the words of a column fall into different banks.
 *
 * <p>Only the kernels themselves use local memory: TornadoVM addresses a local array wrongly in a method that takes it
 * as an argument.
 */
final class FlashTiles {

    /** Items along each side of a group. */
    static final int SIDE = 16;

    /** Items of a group. */
    static final int ITEMS = SIDE * SIDE;

    /** Rows and columns of a group's block of weights. */
    static final int BLOCK = 64;

    /** Rows and columns of an item's weights. */
    static final int EACH = BLOCK / SIDE;

    /** Floats from one row of the block of weights to the next. */
    static final int PITCH = BLOCK + 1;

    /** Floats from one row to the next of a tile of 64 rows of 16 columns. */
    static final int STEP_PITCH = SIDE + 1;

    /** Floats of a tile of 64 rows of 16 columns. */
    static final int STEP = BLOCK * STEP_PITCH;

    /** Maximum columns that one item sums, of the product of the weights and a matrix. */
    static final int COLUMNS = 8;

    /** Maximum columns that one group sums (a slab); several groups share a wider matrix. */
    static final int SLAB = SIDE * COLUMNS;

    /** Floats of a tile of 16 rows of a slab; also large enough for 64 rows of 16 columns. */
    static final int SLAB_STEP = SIDE * SLAB;

    private FlashTiles() {}

    /** Columns per item for a matrix of {@code cols} columns: the fewest that cover it, at most those of a slab. */
    static int columns(int cols) {
        return Math.min(COLUMNS, (cols + SIDE - 1) / SIDE);
    }

    /** Number of slabs of a matrix of {@code cols} columns. */
    static int slabs(int cols) {
        return (cols + SLAB - 1) / SLAB;
    }

    /** Number of blocks of {@code rows} rows. */
    static int blocks(int rows) {
        return (rows + BLOCK - 1) / BLOCK;
    }

    /** x[row, column], or 0 outside. */
    static float at(FloatArray x, int row, int stop, int column, int cols) {
        return at(x, row, stop, column, cols, 0, cols);
    }

    /**
     * Element [row, column] of columns {@code from..from+cols} of x, or 0 outside; rows of x have {@code stride}
     * numbers.
     */
    static float at(FloatArray x, int row, int stop, int column, int cols, int from, int stride) {
        float v = 0f;
        if (row < stop && column < cols) {
            v = x.get(row * stride + from + column);
        }
        return v;
    }

    /** x[row, column] = v, or += v; does nothing outside. */
    static void put(FloatArray x, int row, int stop, int column, int cols, float v, int accumulate) {
        if (row < stop && column < cols) {
            int at = row * cols + column;
            float before = 0f;
            if (accumulate == 1) {
                before = x.get(at);
            }
            x.set(at, before + v);
        }
    }

    /** Zeroes an item's sums: a private array starts with arbitrary contents. */
    static void clear(float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] = 0f;
        }
    }

    /** sums[i, j] += a·b_j for an item's 4×4 weights. */
    static void addRow(float[] sums, int i, float a, float b0, float b1, float b2, float b3) {
        sums[EACH * i] += a * b0;
        sums[EACH * i + 1] += a * b1;
        sums[EACH * i + 2] += a * b2;
        sums[EACH * i + 3] += a * b3;
    }

    /** sums[i, j] += w_i·b for an item's 4×8 sums. */
    static void addColumn(float[] sums, int j, float w0, float w1, float w2, float w3, float b) {
        sums[j] += w0 * b;
        sums[COLUMNS + j] += w1 * b;
        sums[2 * COLUMNS + j] += w2 * b;
        sums[3 * COLUMNS + j] += w3 * b;
    }
}
