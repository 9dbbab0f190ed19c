package farsight.vector.image;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of a convolution's weight gradient: {@link ConvolutionTiles} whose terms are positions, {@link
 * #PITCH} floats apart in the left factor. Its rows are channels, which are neighbours, so the factor needs no
 * transposition, and a step reads a single cache line of it. The pitch is a constant, so that the compiler proves all
 * indices in bounds before the loop.
 */
final class PositionTiles {

    /** Floats from one position to the next: the channels that are read together. */
    static final int PITCH = 16;

    private PositionTiles() {}

    /**
     * c[i, j] += Σ_r Σ_p a[at[i] + offsets[r] + p·PITCH]·B[r·length + p, j].
     *
     * @param vectors vectors per row: 1 or 2
     * @param runs number of runs r
     * @param length positions per run
     * @param b holds B[k, j] at index bAt + k·vectors·COUNT + j
     * @param c has [{@link ConvolutionTiles#ROWS}, vectors·COUNT] from cAt, rows cRow apart
     */
    static void multiply(
            int vectors,
            float[] a,
            int[] at,
            int[] offsets,
            int runs,
            int length,
            float[] b,
            int bAt,
            float[] c,
            int cAt,
            int cRow) {
        if (vectors == 2) {
            two(a, at, offsets, runs, length, b, bAt, c, cAt, cRow);
        } else {
            one(a, at, offsets, runs, length, b, bAt, c, cAt, cRow);
        }
    }

    private static void two(
            float[] a,
            int[] at,
            int[] offsets,
            int runs,
            int length,
            float[] b,
            int bAt,
            float[] c,
            int cAt,
            int cRow) {
        int start0 = at[0];
        int start1 = at[1];
        int start2 = at[2];
        int start3 = at[3];
        int start4 = at[4];
        int start5 = at[5];
        int start6 = at[6];
        int start7 = at[7];
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
        int panel = bAt;
        for (int run = 0; run < runs; run++) {
            int offset = offsets[run];
            int row0 = start0 + offset;
            int row1 = start1 + offset;
            int row2 = start2 + offset;
            int row3 = start3 + offset;
            int row4 = start4 + offset;
            int row5 = start5 + offset;
            int row6 = start6 + offset;
            int row7 = start7 + offset;
            for (int p = 0; p < length; p++) {
                int y = panel + p * (2 * COUNT);
                FloatVector b0 = fromArray(SPECIES, b, y);
                FloatVector b1 = fromArray(SPECIES, b, y + COUNT);
                FloatVector a0 = broadcast(SPECIES, a[row0 + p * PITCH]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                FloatVector a1 = broadcast(SPECIES, a[row1 + p * PITCH]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                FloatVector a2 = broadcast(SPECIES, a[row2 + p * PITCH]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                FloatVector a3 = broadcast(SPECIES, a[row3 + p * PITCH]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                FloatVector a4 = broadcast(SPECIES, a[row4 + p * PITCH]);
                c40 = a4.fma(b0, c40);
                c41 = a4.fma(b1, c41);
                FloatVector a5 = broadcast(SPECIES, a[row5 + p * PITCH]);
                c50 = a5.fma(b0, c50);
                c51 = a5.fma(b1, c51);
                FloatVector a6 = broadcast(SPECIES, a[row6 + p * PITCH]);
                c60 = a6.fma(b0, c60);
                c61 = a6.fma(b1, c61);
                FloatVector a7 = broadcast(SPECIES, a[row7 + p * PITCH]);
                c70 = a7.fma(b0, c70);
                c71 = a7.fma(b1, c71);
            }
            panel += length * (2 * COUNT);
        }
        c00.add(fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        c01.add(fromArray(SPECIES, c, cAt + COUNT)).intoArray(c, cAt + COUNT);
        c10.add(fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        c11.add(fromArray(SPECIES, c, cAt + cRow + COUNT)).intoArray(c, cAt + cRow + COUNT);
        c20.add(fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        c21.add(fromArray(SPECIES, c, cAt + 2 * cRow + COUNT)).intoArray(c, cAt + 2 * cRow + COUNT);
        c30.add(fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        c31.add(fromArray(SPECIES, c, cAt + 3 * cRow + COUNT)).intoArray(c, cAt + 3 * cRow + COUNT);
        c40.add(fromArray(SPECIES, c, cAt + 4 * cRow)).intoArray(c, cAt + 4 * cRow);
        c41.add(fromArray(SPECIES, c, cAt + 4 * cRow + COUNT)).intoArray(c, cAt + 4 * cRow + COUNT);
        c50.add(fromArray(SPECIES, c, cAt + 5 * cRow)).intoArray(c, cAt + 5 * cRow);
        c51.add(fromArray(SPECIES, c, cAt + 5 * cRow + COUNT)).intoArray(c, cAt + 5 * cRow + COUNT);
        c60.add(fromArray(SPECIES, c, cAt + 6 * cRow)).intoArray(c, cAt + 6 * cRow);
        c61.add(fromArray(SPECIES, c, cAt + 6 * cRow + COUNT)).intoArray(c, cAt + 6 * cRow + COUNT);
        c70.add(fromArray(SPECIES, c, cAt + 7 * cRow)).intoArray(c, cAt + 7 * cRow);
        c71.add(fromArray(SPECIES, c, cAt + 7 * cRow + COUNT)).intoArray(c, cAt + 7 * cRow + COUNT);
    }

    private static void one(
            float[] a,
            int[] at,
            int[] offsets,
            int runs,
            int length,
            float[] b,
            int bAt,
            float[] c,
            int cAt,
            int cRow) {
        int start0 = at[0];
        int start1 = at[1];
        int start2 = at[2];
        int start3 = at[3];
        int start4 = at[4];
        int start5 = at[5];
        int start6 = at[6];
        int start7 = at[7];
        FloatVector c00 = zero(SPECIES);
        FloatVector c10 = zero(SPECIES);
        FloatVector c20 = zero(SPECIES);
        FloatVector c30 = zero(SPECIES);
        FloatVector c40 = zero(SPECIES);
        FloatVector c50 = zero(SPECIES);
        FloatVector c60 = zero(SPECIES);
        FloatVector c70 = zero(SPECIES);
        int panel = bAt;
        for (int run = 0; run < runs; run++) {
            int offset = offsets[run];
            int row0 = start0 + offset;
            int row1 = start1 + offset;
            int row2 = start2 + offset;
            int row3 = start3 + offset;
            int row4 = start4 + offset;
            int row5 = start5 + offset;
            int row6 = start6 + offset;
            int row7 = start7 + offset;
            for (int p = 0; p < length; p++) {
                int y = panel + p * COUNT;
                FloatVector b0 = fromArray(SPECIES, b, y);
                FloatVector a0 = broadcast(SPECIES, a[row0 + p * PITCH]);
                c00 = a0.fma(b0, c00);
                FloatVector a1 = broadcast(SPECIES, a[row1 + p * PITCH]);
                c10 = a1.fma(b0, c10);
                FloatVector a2 = broadcast(SPECIES, a[row2 + p * PITCH]);
                c20 = a2.fma(b0, c20);
                FloatVector a3 = broadcast(SPECIES, a[row3 + p * PITCH]);
                c30 = a3.fma(b0, c30);
                FloatVector a4 = broadcast(SPECIES, a[row4 + p * PITCH]);
                c40 = a4.fma(b0, c40);
                FloatVector a5 = broadcast(SPECIES, a[row5 + p * PITCH]);
                c50 = a5.fma(b0, c50);
                FloatVector a6 = broadcast(SPECIES, a[row6 + p * PITCH]);
                c60 = a6.fma(b0, c60);
                FloatVector a7 = broadcast(SPECIES, a[row7 + p * PITCH]);
                c70 = a7.fma(b0, c70);
            }
            panel += length * COUNT;
        }
        c00.add(fromArray(SPECIES, c, cAt)).intoArray(c, cAt);
        c10.add(fromArray(SPECIES, c, cAt + cRow)).intoArray(c, cAt + cRow);
        c20.add(fromArray(SPECIES, c, cAt + 2 * cRow)).intoArray(c, cAt + 2 * cRow);
        c30.add(fromArray(SPECIES, c, cAt + 3 * cRow)).intoArray(c, cAt + 3 * cRow);
        c40.add(fromArray(SPECIES, c, cAt + 4 * cRow)).intoArray(c, cAt + 4 * cRow);
        c50.add(fromArray(SPECIES, c, cAt + 5 * cRow)).intoArray(c, cAt + 5 * cRow);
        c60.add(fromArray(SPECIES, c, cAt + 6 * cRow)).intoArray(c, cAt + 6 * cRow);
        c70.add(fromArray(SPECIES, c, cAt + 7 * cRow)).intoArray(c, cAt + 7 * cRow);
    }
}
