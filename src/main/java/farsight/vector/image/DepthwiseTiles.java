package farsight.vector.image;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/** The innermost loops of depthwise convolution, over one vector of channels. */
final class DepthwiseTiles {

    /** Results per tile. */
    static final int ROWS = 8;

    /** Taps whose sums over positions are taken together. */
    static final int TAPS = 4;

    private DepthwiseTiles() {}

    /**
     * c[i, j] = Σ_t a[at + i·step + offsets[t] + j]·w[wAt + t·COUNT + j] for {@link #ROWS} neighbouring results.
     *
     * @param step floats from one result's window to the next
     * @param taps number of taps t
     */
    static void windows(float[] a, int at, int step, int[] offsets, int taps, float[] w, int wAt, float[] c) {
        FloatVector c0 = zero(SPECIES);
        FloatVector c1 = zero(SPECIES);
        FloatVector c2 = zero(SPECIES);
        FloatVector c3 = zero(SPECIES);
        FloatVector c4 = zero(SPECIES);
        FloatVector c5 = zero(SPECIES);
        FloatVector c6 = zero(SPECIES);
        FloatVector c7 = zero(SPECIES);
        for (int t = 0; t < taps; t++) {
            FloatVector v = fromArray(SPECIES, w, wAt + t * COUNT);
            int p = at + offsets[t];
            c0 = fromArray(SPECIES, a, p).fma(v, c0);
            c1 = fromArray(SPECIES, a, p + step).fma(v, c1);
            c2 = fromArray(SPECIES, a, p + 2 * step).fma(v, c2);
            c3 = fromArray(SPECIES, a, p + 3 * step).fma(v, c3);
            c4 = fromArray(SPECIES, a, p + 4 * step).fma(v, c4);
            c5 = fromArray(SPECIES, a, p + 5 * step).fma(v, c5);
            c6 = fromArray(SPECIES, a, p + 6 * step).fma(v, c6);
            c7 = fromArray(SPECIES, a, p + 7 * step).fma(v, c7);
        }
        c0.intoArray(c, 0);
        c1.intoArray(c, COUNT);
        c2.intoArray(c, 2 * COUNT);
        c3.intoArray(c, 3 * COUNT);
        c4.intoArray(c, 4 * COUNT);
        c5.intoArray(c, 5 * COUNT);
        c6.intoArray(c, 6 * COUNT);
        c7.intoArray(c, 7 * COUNT);
    }

    /**
     * sums[t, j] += Σ_p a[at + offsets[first + t] + p·step + j]·g[gAt + p·gStep + j] for {@link #TAPS} taps.
     *
     * @param length number of positions p
     * @param offsets of at least first + TAPS taps
     * @param sums [taps, COUNT], from {@code to}
     */
    static void sums(
            float[] a,
            int at,
            int step,
            int[] offsets,
            int first,
            float[] g,
            int gAt,
            int gStep,
            int length,
            float[] sums,
            int to) {
        int place = to + first * COUNT;
        FloatVector c0 = fromArray(SPECIES, sums, place);
        FloatVector c1 = fromArray(SPECIES, sums, place + COUNT);
        FloatVector c2 = fromArray(SPECIES, sums, place + 2 * COUNT);
        FloatVector c3 = fromArray(SPECIES, sums, place + 3 * COUNT);
        int a0 = at + offsets[first];
        int a1 = at + offsets[first + 1];
        int a2 = at + offsets[first + 2];
        int a3 = at + offsets[first + 3];
        for (int p = 0; p < length; p++) {
            FloatVector v = fromArray(SPECIES, g, gAt + p * gStep);
            int q = p * step;
            c0 = fromArray(SPECIES, a, a0 + q).fma(v, c0);
            c1 = fromArray(SPECIES, a, a1 + q).fma(v, c1);
            c2 = fromArray(SPECIES, a, a2 + q).fma(v, c2);
            c3 = fromArray(SPECIES, a, a3 + q).fma(v, c3);
        }
        c0.intoArray(sums, place);
        c1.intoArray(sums, place + COUNT);
        c2.intoArray(sums, place + 2 * COUNT);
        c3.intoArray(sums, place + 3 * COUNT);
    }
}
