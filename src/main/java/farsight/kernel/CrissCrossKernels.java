package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums over the criss-cross of each grid position: its row and its column, with the position itself once.
 *
 * <p>Position (i, j) has L = H + W − 1 neighbours: the W positions (i, s) of its row in order, including itself, then
 * the H − 1 other positions of its column from the top. Neighbour s of position p is n(p, s). Neighbours are mutual: p
 * is neighbour number m(p, s) of n(p, s).
 */
public final class CrissCrossKernels {

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    private CrissCrossKernels() {}

    /** The grid index of neighbour s of position (i, j). */
    public static int neighbour(int i, int j, int s, int width) {
        int t = s - width;
        int above = t < i ? t : t + 1;
        return s < width ? i * width + s : above * width + j;
    }

    /** The neighbour number of (i, j) seen from its neighbour s. */
    public static int mirrored(int i, int j, int s, int width) {
        int t = s - width;
        int column = t < i ? width + i - 1 : width + i;
        return s < width ? j : column;
    }

    /**
     * e[b, p, s] = q_p·k_n(p, s), or e += that.
     *
     * @param q [batch, height·width, channels]
     * @param k like q
     * @param e [batch, height·width, height + width − 1]
     */
    public static void crissCrossProducts(
            FloatArray q, FloatArray k, FloatArray e, int batch, int height, int width, int channels, int accumulate) {
        int count = height + width - 1;
        int all = batch * height * width * count;
        for (@Parallel int r = 0; r < all; r++) {
            int p = r / count;
            int first = p / (height * width) * (height * width);
            int from = (first + neighbour((p - first) / width, p % width, r % count, width)) * channels;
            float total = 0f;
            for (int start = 0; start < channels; start += BLOCK) {
                int end = Math.min(start + BLOCK, channels);
                float sum = 0f;
                for (int c = start; c < end; c++) {
                    sum += q.get(p * channels + c) * k.get(from + c);
                }
                total += sum;
            }
            float before = accumulate == 1 ? e.get(r) : 0f;
            e.set(r, before + MatMulKernels.settled(total));
        }
    }

    /**
     * y[b, p] = Σ_s a[b, p, s]·v[b, n(p, s)], or y += that.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param v [batch, height·width, channels]
     * @param y like v
     * @param span channels per iteration
     */
    public static void crissCrossSums(
            FloatArray a,
            FloatArray v,
            FloatArray y,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            int span) {
        int count = height + width - 1;
        int spans = channels / span;
        int all = batch * height * width * spans;
        for (@Parallel int r = 0; r < all; r++) {
            int p = r / spans;
            int first = p / (height * width) * (height * width);
            int i = (p - first) / width;
            int j = p % width;
            for (int k = 0; k < span; k++) {
                int c = r % spans * span + k;
                float total = 0f;
                for (int start = 0; start < count; start += BLOCK) {
                    int end = Math.min(start + BLOCK, count);
                    float sum = 0f;
                    for (int s = start; s < end; s++) {
                        sum += a.get(p * count + s) * v.get((first + neighbour(i, j, s, width)) * channels + c);
                    }
                    total += sum;
                }
                float before = accumulate == 1 ? y.get(p * channels + c) : 0f;
                y.set(p * channels + c, before + total);
            }
        }
    }

    /**
     * v[b, p] = Σ_s a[b, n(p, s), m(p, s)]·u[b, n(p, s)], or v += that: the transpose of {@link #crissCrossSums}, in
     * which each position gathers from its neighbours.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param u [batch, height·width, channels]
     * @param v like u
     * @param span channels per iteration
     */
    public static void crissCrossReturns(
            FloatArray a,
            FloatArray u,
            FloatArray v,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            int span) {
        int count = height + width - 1;
        int spans = channels / span;
        int all = batch * height * width * spans;
        for (@Parallel int r = 0; r < all; r++) {
            int p = r / spans;
            int first = p / (height * width) * (height * width);
            int i = (p - first) / width;
            int j = p % width;
            for (int k = 0; k < span; k++) {
                int c = r % spans * span + k;
                float total = 0f;
                for (int start = 0; start < count; start += BLOCK) {
                    int end = Math.min(start + BLOCK, count);
                    float sum = 0f;
                    for (int s = start; s < end; s++) {
                        int n = first + neighbour(i, j, s, width);
                        sum += a.get(n * count + mirrored(i, j, s, width)) * u.get(n * channels + c);
                    }
                    total += sum;
                }
                float before = accumulate == 1 ? v.get(p * channels + c) : 0f;
                v.set(p * channels + c, before + total);
            }
        }
    }
}
