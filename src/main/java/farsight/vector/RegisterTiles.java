package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of every product: a tile of C, held in registers, as a sum of outer products.
 *
 * <p>A tile is {@link #ROWS} rows of one to four vectors. Each step reads as many vectors of B as a row has, and one
 * float of A per row, for {@code ROWS} times as many multiply-adds. Each accumulator is a local variable, because the
 * compiler keeps local variables in registers, but not an array of vectors. The tile is left in an array on the heap:
 * storing it straight to C would need more segment accesses than the compiler inlines in one method, and a single call
 * costs more than the loop. For the same reason vectors and floats are read here by the JDK's own methods, which are
 * always inlined, at offsets in bytes, and not by {@link Lanes}.
 */
public final class RegisterTiles {

    /** Rows per tile. */
    public static final int ROWS = 6;

    /** Vectors per row of the widest tile. AVX2 has only 16 registers: 6·4 accumulators would not fit. */
    static final int WIDEST = Lanes.COUNT == 8 ? 2 : 4;

    /** Floats from one row of a tile to the next, for any width. */
    public static final int WIDTH = 4 * Lanes.COUNT;

    private RegisterTiles() {}

    /**
     * Vectors per row of the next tile, by the number of vectors left: three and two rather than four and one, because
     * a single vector needs a load per multiply-add.
     */
    public static int width(int vectors) {
        return vectors == WIDEST + 1 && WIDEST == 4 ? 3 : Math.min(WIDEST, vectors);
    }

    /**
     * tile[i, j] = Σ_p A[i, p]·B[p, j] over {@code length} terms.
     *
     * @param vectors vectors per row: 1 to 4
     * @param a holds A[i, p] at index at + i·row + p·step
     * @param b holds B[p, j] at index bAt + p·vectors·COUNT + j
     * @param tile receives [ROWS, WIDTH]
     */
    public static void multiply(
            int vectors, MemorySegment a, long at, long row, long step, float[] b, int bAt, int length, float[] tile) {
        switch (vectors) {
            case 4 -> four(a, at << 2, row << 2, step << 2, b, bAt, length, tile);
            case 3 -> three(a, at << 2, row << 2, step << 2, b, bAt, length, tile);
            case 2 -> two(a, at << 2, row << 2, step << 2, b, bAt, length, tile);
            default -> one(a, at << 2, row << 2, step << 2, b, bAt, length, tile);
        }
    }

    /** The tile of four vectors per row; at, row and step in bytes. */
    private static void four(
            MemorySegment a, long at, long row, long step, float[] b, int bAt, int length, float[] tile) {
        FloatVector c00 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c01 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c02 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c03 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c10 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c11 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c12 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c13 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c20 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c21 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c22 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c23 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c30 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c31 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c32 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c33 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c40 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c41 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c42 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c43 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c50 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c51 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c52 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c53 = FloatVector.zero(Lanes.SPECIES);
        for (int p = 0; p < length; p++) {
            long x = at + p * step;
            int y = bAt + p * (4 * Lanes.COUNT);
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, b, y);
            FloatVector b1 = FloatVector.fromArray(Lanes.SPECIES, b, y + Lanes.COUNT);
            FloatVector b2 = FloatVector.fromArray(Lanes.SPECIES, b, y + 2 * Lanes.COUNT);
            FloatVector b3 = FloatVector.fromArray(Lanes.SPECIES, b, y + 3 * Lanes.COUNT);
            FloatVector a0 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x));
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + row));
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 2 * row));
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 3 * row));
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
            FloatVector a4 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 4 * row));
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            FloatVector a5 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 5 * row));
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            c53 = a5.fma(b3, c53);
        }
        c00.intoArray(tile, 0);
        c01.intoArray(tile, Lanes.COUNT);
        c02.intoArray(tile, 2 * Lanes.COUNT);
        c03.intoArray(tile, 3 * Lanes.COUNT);
        c10.intoArray(tile, WIDTH);
        c11.intoArray(tile, WIDTH + Lanes.COUNT);
        c12.intoArray(tile, WIDTH + 2 * Lanes.COUNT);
        c13.intoArray(tile, WIDTH + 3 * Lanes.COUNT);
        c20.intoArray(tile, 2 * WIDTH);
        c21.intoArray(tile, 2 * WIDTH + Lanes.COUNT);
        c22.intoArray(tile, 2 * WIDTH + 2 * Lanes.COUNT);
        c23.intoArray(tile, 2 * WIDTH + 3 * Lanes.COUNT);
        c30.intoArray(tile, 3 * WIDTH);
        c31.intoArray(tile, 3 * WIDTH + Lanes.COUNT);
        c32.intoArray(tile, 3 * WIDTH + 2 * Lanes.COUNT);
        c33.intoArray(tile, 3 * WIDTH + 3 * Lanes.COUNT);
        c40.intoArray(tile, 4 * WIDTH);
        c41.intoArray(tile, 4 * WIDTH + Lanes.COUNT);
        c42.intoArray(tile, 4 * WIDTH + 2 * Lanes.COUNT);
        c43.intoArray(tile, 4 * WIDTH + 3 * Lanes.COUNT);
        c50.intoArray(tile, 5 * WIDTH);
        c51.intoArray(tile, 5 * WIDTH + Lanes.COUNT);
        c52.intoArray(tile, 5 * WIDTH + 2 * Lanes.COUNT);
        c53.intoArray(tile, 5 * WIDTH + 3 * Lanes.COUNT);
    }

    /** The tile of three vectors per row; at, row and step in bytes. */
    private static void three(
            MemorySegment a, long at, long row, long step, float[] b, int bAt, int length, float[] tile) {
        FloatVector c00 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c01 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c02 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c10 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c11 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c12 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c20 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c21 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c22 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c30 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c31 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c32 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c40 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c41 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c42 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c50 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c51 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c52 = FloatVector.zero(Lanes.SPECIES);
        for (int p = 0; p < length; p++) {
            long x = at + p * step;
            int y = bAt + p * (3 * Lanes.COUNT);
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, b, y);
            FloatVector b1 = FloatVector.fromArray(Lanes.SPECIES, b, y + Lanes.COUNT);
            FloatVector b2 = FloatVector.fromArray(Lanes.SPECIES, b, y + 2 * Lanes.COUNT);
            FloatVector a0 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x));
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            FloatVector a1 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + row));
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            FloatVector a2 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 2 * row));
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            FloatVector a3 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 3 * row));
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            FloatVector a4 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 4 * row));
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            FloatVector a5 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 5 * row));
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
        }
        c00.intoArray(tile, 0);
        c01.intoArray(tile, Lanes.COUNT);
        c02.intoArray(tile, 2 * Lanes.COUNT);
        c10.intoArray(tile, WIDTH);
        c11.intoArray(tile, WIDTH + Lanes.COUNT);
        c12.intoArray(tile, WIDTH + 2 * Lanes.COUNT);
        c20.intoArray(tile, 2 * WIDTH);
        c21.intoArray(tile, 2 * WIDTH + Lanes.COUNT);
        c22.intoArray(tile, 2 * WIDTH + 2 * Lanes.COUNT);
        c30.intoArray(tile, 3 * WIDTH);
        c31.intoArray(tile, 3 * WIDTH + Lanes.COUNT);
        c32.intoArray(tile, 3 * WIDTH + 2 * Lanes.COUNT);
        c40.intoArray(tile, 4 * WIDTH);
        c41.intoArray(tile, 4 * WIDTH + Lanes.COUNT);
        c42.intoArray(tile, 4 * WIDTH + 2 * Lanes.COUNT);
        c50.intoArray(tile, 5 * WIDTH);
        c51.intoArray(tile, 5 * WIDTH + Lanes.COUNT);
        c52.intoArray(tile, 5 * WIDTH + 2 * Lanes.COUNT);
    }

    /** The tile of two vectors per row; at, row and step in bytes. */
    private static void two(
            MemorySegment a, long at, long row, long step, float[] b, int bAt, int length, float[] tile) {
        FloatVector c00 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c01 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c10 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c11 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c20 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c21 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c30 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c31 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c40 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c41 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c50 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c51 = FloatVector.zero(Lanes.SPECIES);
        for (int p = 0; p < length; p++) {
            long x = at + p * step;
            int y = bAt + p * (2 * Lanes.COUNT);
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, b, y);
            FloatVector b1 = FloatVector.fromArray(Lanes.SPECIES, b, y + Lanes.COUNT);
            FloatVector a0 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x));
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + row));
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 2 * row));
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 3 * row));
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 4 * row));
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 5 * row));
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
        }
        c00.intoArray(tile, 0);
        c01.intoArray(tile, Lanes.COUNT);
        c10.intoArray(tile, WIDTH);
        c11.intoArray(tile, WIDTH + Lanes.COUNT);
        c20.intoArray(tile, 2 * WIDTH);
        c21.intoArray(tile, 2 * WIDTH + Lanes.COUNT);
        c30.intoArray(tile, 3 * WIDTH);
        c31.intoArray(tile, 3 * WIDTH + Lanes.COUNT);
        c40.intoArray(tile, 4 * WIDTH);
        c41.intoArray(tile, 4 * WIDTH + Lanes.COUNT);
        c50.intoArray(tile, 5 * WIDTH);
        c51.intoArray(tile, 5 * WIDTH + Lanes.COUNT);
    }

    /** The tile of one vector per row; at, row and step in bytes. */
    private static void one(
            MemorySegment a, long at, long row, long step, float[] b, int bAt, int length, float[] tile) {
        FloatVector c00 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c10 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c20 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c30 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c40 = FloatVector.zero(Lanes.SPECIES);
        FloatVector c50 = FloatVector.zero(Lanes.SPECIES);
        for (int p = 0; p < length; p++) {
            long x = at + p * step;
            int y = bAt + p * Lanes.COUNT;
            FloatVector b0 = FloatVector.fromArray(Lanes.SPECIES, b, y);
            FloatVector a0 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x));
            c00 = a0.fma(b0, c00);
            FloatVector a1 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + row));
            c10 = a1.fma(b0, c10);
            FloatVector a2 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 2 * row));
            c20 = a2.fma(b0, c20);
            FloatVector a3 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 3 * row));
            c30 = a3.fma(b0, c30);
            FloatVector a4 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 4 * row));
            c40 = a4.fma(b0, c40);
            FloatVector a5 = FloatVector.broadcast(Lanes.SPECIES, a.get(Lanes.FLOAT, x + 5 * row));
            c50 = a5.fma(b0, c50);
        }
        c00.intoArray(tile, 0);
        c10.intoArray(tile, WIDTH);
        c20.intoArray(tile, 2 * WIDTH);
        c30.intoArray(tile, 3 * WIDTH);
        c40.intoArray(tile, 4 * WIDTH);
        c50.intoArray(tile, 5 * WIDTH);
    }
}
