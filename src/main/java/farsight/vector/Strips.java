package farsight.vector;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of {@link ThinProduct}: {@link #ROWS} rows of C times one, two or three vectors, held in registers, as a
 * sum of outer products.
 *
 * <p>The rows of A are contiguous on the heap, so that the compiler proves all indices of the loop in bounds
 * beforehand. Otherwise a short sum, of c terms, spends as long on checks as on multiply-adds. Each accumulator is a
 * local variable, because the compiler keeps local variables in registers, but not an array of vectors.
 *
 * <p>{@link RegisterTiles} does the same for factors that cannot be copied first.
 */
public final class Strips {

    /** Rows per strip. */
    public static final int ROWS = 8;

    /**
     * Whether 32 registers hold a tile wider than a vector. AVX2 has 16: 8·2 accumulators and their operands do not
     * fit.
     */
    private static final boolean WIDE = COUNT != 8;

    private Strips() {}

    /**
     * Vectors per row of the next tile, by the number of vectors left: two, which keeps the multiply-adds busiest
     * (three reach nine tenths of that rate). A last three stay together, because a single vector needs a load per
     * multiply-add.
     */
    public static int width(int vectors) {
        if (!WIDE) {
            return Math.min(1, vectors);
        }
        return vectors == 3 ? 3 : Math.min(2, vectors);
    }

    /**
     * c[i, j] = Σ_p A[i, p]·B[p, j] over {@code length} terms, with rows in ascending order: each row overwrites the
     * excess columns of the row before.
     *
     * @param vectors vectors per row: 1, 2 or 3
     * @param a holds A[i, p] at index i·length + p
     * @param b holds B[p, j] at index bAt + p·vectors·COUNT + j
     * @param c receives [ROWS, vectors·COUNT] from cAt, rows cRow apart
     */
    public static void multiply(int vectors, float[] a, int length, float[] b, int bAt, float[] c, int cAt, int cRow) {
        switch (vectors) {
            case 3 -> three(a, length, b, bAt, c, cAt, cRow);
            case 2 -> two(a, length, b, bAt, c, cAt, cRow);
            default -> one(a, length, b, bAt, c, cAt, cRow);
        }
    }

    private static void three(float[] a, int length, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c02 = zero(SPECIES);
        FloatVector c10 = zero(SPECIES);
        FloatVector c11 = zero(SPECIES);
        FloatVector c12 = zero(SPECIES);
        FloatVector c20 = zero(SPECIES);
        FloatVector c21 = zero(SPECIES);
        FloatVector c22 = zero(SPECIES);
        FloatVector c30 = zero(SPECIES);
        FloatVector c31 = zero(SPECIES);
        FloatVector c32 = zero(SPECIES);
        FloatVector c40 = zero(SPECIES);
        FloatVector c41 = zero(SPECIES);
        FloatVector c42 = zero(SPECIES);
        FloatVector c50 = zero(SPECIES);
        FloatVector c51 = zero(SPECIES);
        FloatVector c52 = zero(SPECIES);
        FloatVector c60 = zero(SPECIES);
        FloatVector c61 = zero(SPECIES);
        FloatVector c62 = zero(SPECIES);
        FloatVector c70 = zero(SPECIES);
        FloatVector c71 = zero(SPECIES);
        FloatVector c72 = zero(SPECIES);
        for (int p = 0; p < length; p++) {
            int y = bAt + p * (3 * COUNT);
            FloatVector b0 = fromArray(SPECIES, b, y);
            FloatVector b1 = fromArray(SPECIES, b, y + COUNT);
            FloatVector b2 = fromArray(SPECIES, b, y + 2 * COUNT);
            FloatVector a0 = broadcast(SPECIES, a[p]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            FloatVector a1 = broadcast(SPECIES, a[length + p]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            FloatVector a2 = broadcast(SPECIES, a[2 * length + p]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            FloatVector a3 = broadcast(SPECIES, a[3 * length + p]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            FloatVector a4 = broadcast(SPECIES, a[4 * length + p]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            FloatVector a5 = broadcast(SPECIES, a[5 * length + p]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            FloatVector a6 = broadcast(SPECIES, a[6 * length + p]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            c62 = a6.fma(b2, c62);
            FloatVector a7 = broadcast(SPECIES, a[7 * length + p]);
            c70 = a7.fma(b0, c70);
            c71 = a7.fma(b1, c71);
            c72 = a7.fma(b2, c72);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + COUNT);
        c02.intoArray(c, cAt + 2 * COUNT);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + COUNT);
        c12.intoArray(c, cAt + cRow + 2 * COUNT);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + COUNT);
        c22.intoArray(c, cAt + 2 * cRow + 2 * COUNT);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + COUNT);
        c32.intoArray(c, cAt + 3 * cRow + 2 * COUNT);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + COUNT);
        c42.intoArray(c, cAt + 4 * cRow + 2 * COUNT);
        c50.intoArray(c, cAt + 5 * cRow);
        c51.intoArray(c, cAt + 5 * cRow + COUNT);
        c52.intoArray(c, cAt + 5 * cRow + 2 * COUNT);
        c60.intoArray(c, cAt + 6 * cRow);
        c61.intoArray(c, cAt + 6 * cRow + COUNT);
        c62.intoArray(c, cAt + 6 * cRow + 2 * COUNT);
        c70.intoArray(c, cAt + 7 * cRow);
        c71.intoArray(c, cAt + 7 * cRow + COUNT);
        c72.intoArray(c, cAt + 7 * cRow + 2 * COUNT);
    }

    private static void two(float[] a, int length, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c01 = zero(SPECIES);
        FloatVector c10 = zero(SPECIES);
        FloatVector c11 = zero(SPECIES);
        FloatVector c20 = zero(SPECIES);
        FloatVector c21 = zero(SPECIES);
        FloatVector c30 = zero(SPECIES);
        FloatVector c31 = zero(SPECIES);
        FloatVector c40 = zero(SPECIES);
        FloatVector c41 = zero(SPECIES);
        FloatVector c50 = zero(SPECIES);
        FloatVector c51 = zero(SPECIES);
        FloatVector c60 = zero(SPECIES);
        FloatVector c61 = zero(SPECIES);
        FloatVector c70 = zero(SPECIES);
        FloatVector c71 = zero(SPECIES);
        for (int p = 0; p < length; p++) {
            int y = bAt + p * (2 * COUNT);
            FloatVector b0 = fromArray(SPECIES, b, y);
            FloatVector b1 = fromArray(SPECIES, b, y + COUNT);
            FloatVector a0 = broadcast(SPECIES, a[p]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = broadcast(SPECIES, a[length + p]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = broadcast(SPECIES, a[2 * length + p]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = broadcast(SPECIES, a[3 * length + p]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            FloatVector a4 = broadcast(SPECIES, a[4 * length + p]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = broadcast(SPECIES, a[5 * length + p]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            FloatVector a6 = broadcast(SPECIES, a[6 * length + p]);
            c60 = a6.fma(b0, c60);
            c61 = a6.fma(b1, c61);
            FloatVector a7 = broadcast(SPECIES, a[7 * length + p]);
            c70 = a7.fma(b0, c70);
            c71 = a7.fma(b1, c71);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + COUNT);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + COUNT);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + COUNT);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + COUNT);
        c40.intoArray(c, cAt + 4 * cRow);
        c41.intoArray(c, cAt + 4 * cRow + COUNT);
        c50.intoArray(c, cAt + 5 * cRow);
        c51.intoArray(c, cAt + 5 * cRow + COUNT);
        c60.intoArray(c, cAt + 6 * cRow);
        c61.intoArray(c, cAt + 6 * cRow + COUNT);
        c70.intoArray(c, cAt + 7 * cRow);
        c71.intoArray(c, cAt + 7 * cRow + COUNT);
    }

    private static void one(float[] a, int length, float[] b, int bAt, float[] c, int cAt, int cRow) {
        FloatVector c00 = zero(SPECIES);
        FloatVector c10 = zero(SPECIES);
        FloatVector c20 = zero(SPECIES);
        FloatVector c30 = zero(SPECIES);
        FloatVector c40 = zero(SPECIES);
        FloatVector c50 = zero(SPECIES);
        FloatVector c60 = zero(SPECIES);
        FloatVector c70 = zero(SPECIES);
        for (int p = 0; p < length; p++) {
            int y = bAt + p * COUNT;
            FloatVector b0 = fromArray(SPECIES, b, y);
            FloatVector a0 = broadcast(SPECIES, a[p]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = broadcast(SPECIES, a[length + p]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = broadcast(SPECIES, a[2 * length + p]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = broadcast(SPECIES, a[3 * length + p]);
            c30 = a3.fma(b0, c30);
            FloatVector a4 = broadcast(SPECIES, a[4 * length + p]);
            c40 = a4.fma(b0, c40);
            FloatVector a5 = broadcast(SPECIES, a[5 * length + p]);
            c50 = a5.fma(b0, c50);
            FloatVector a6 = broadcast(SPECIES, a[6 * length + p]);
            c60 = a6.fma(b0, c60);
            FloatVector a7 = broadcast(SPECIES, a[7 * length + p]);
            c70 = a7.fma(b0, c70);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
        c20.intoArray(c, cAt + 2 * cRow);
        c30.intoArray(c, cAt + 3 * cRow);
        c40.intoArray(c, cAt + 4 * cRow);
        c50.intoArray(c, cAt + 5 * cRow);
        c60.intoArray(c, cAt + 6 * cRow);
        c70.intoArray(c, cAt + 7 * cRow);
    }
}
