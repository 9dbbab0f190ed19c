package farsight.kernel.group;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * How a work-group of 16×16 items shares the products of streaming attention: the extents of its tiles, and what an
 * item does with the numbers that it reads of them.
 *
 * <p>A group holds a block of 64×64 weights. Item (tx, ty) has those of rows ty + 16i and columns tx + 16j, i and j
 * below 4, so that a warp reads neighbouring words of local memory, or one word for all, and each word that it reads
 * serves four multiply-adds or more. Tiles are one column wider than what they hold, which puts the words of a column
 * into different banks.
 *
 * <p>Local memory appears in the kernels themselves alone: TornadoVM addresses a local array wrongly in a method that
 * it is passed to.
 */
final class FlashTiles {

    /** Items along each side of a group. */
    static final int SIDE = 16;

    /** Items of a group. */
    static final int ITEMS = SIDE * SIDE;

    /** Rows, and columns, of the weights that a group holds. */
    static final int BLOCK = 64;

    /** Weights that an item holds along each side. */
    static final int EACH = BLOCK / SIDE;

    /** Floats from one row of the block of weights to the next. */
    static final int PITCH = BLOCK + 1;

    /** Floats from one row to the next of a tile of 64 rows of 16 columns. */
    static final int STEP_PITCH = SIDE + 1;

    /** Floats of a tile of 64 rows of 16 columns. */
    static final int STEP = BLOCK * STEP_PITCH;

    /** Most columns that an item sums of the weights times a matrix. */
    static final int COLUMNS = 8;

    /** Columns that a group sums of the weights times a matrix: wider ones are shared by several groups. */
    static final int SLAB = SIDE * COLUMNS;

    /** Floats of a tile of 16 rows of a slab, which is also room for 64 rows of 16. */
    static final int SLAB_STEP = SIDE * SLAB;

    private FlashTiles() {}

    /** Columns that an item sums where the matrix has {@code cols} of them: as few as cover it, at most a slab's. */
    static int columns(int cols) {
        return Math.min(COLUMNS, (cols + SIDE - 1) / SIDE);
    }

    /** Slabs of a matrix of {@code cols} columns. */
    static int slabs(int cols) {
        return (cols + SLAB - 1) / SLAB;
    }

    /** Blocks of so many rows. */
    static int blocks(int rows) {
        return (rows + BLOCK - 1) / BLOCK;
    }

    /** x[row, column], and 0 outside of it. */
    static float at(FloatArray x, int row, int stop, int column, int cols) {
        return at(x, row, stop, column, cols, 0, cols);
    }

    /** The same of columns {@code from..from+cols} of x, whose rows have {@code stride} numbers. */
    static float at(FloatArray x, int row, int stop, int column, int cols, int from, int stride) {
        float v = 0f;
        if (row < stop && column < cols) {
            v = x.get(row * stride + from + column);
        }
        return v;
    }

    /** x[row, column] = v, or += v; nothing outside of it. */
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

    /** Zeroes an item's sums: a private array holds anything at first. */
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
