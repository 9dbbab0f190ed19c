package farsight.kernel.group;

import farsight.kernel.Windows;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A tile of a product whose left factor is read through a sliding window, by one work-group. As in {@link TileProduct},
 * the group loads {@value #DEPTH} terms at a time into local memory, the windows' inputs among them, and each
 * work-item sums 16 elements in registers. Elements outside count as 0.
 */
final class WindowTile {

    /** Terms in local memory at a time. */
    static final int DEPTH = 16;

    /** Rows are outputs, terms the taps and channels of their windows. */
    static final int UNDER = 0;

    /** Rows are inputs, terms the taps and channels of the windows over them. */
    static final int OVER = 1;

    /** Rows are taps and channels, terms are outputs. */
    static final int ALONG = 2;

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    private WindowTile() {}

    /**
     * total[p, q] = Σ_k A[i, k]·B[k, j] with i = row of the work-item + p·ACROSS, j = its column + q·ACROSS.
     *
     * @param a holds A: channel c of place n at n·nextPlace + firstA + c
     * @param b holds B: element j of term (tap t, channel c), or of output c with t = 0, at firstB + c·nextTerm +
     *     t·nextTap + j
     * @param way {@link #UNDER}, {@link #OVER} or {@link #ALONG}
     * @param first index of the tile's first row
     * @param high remaining rows
     * @param begin first output of the sum, if it runs along outputs
     * @param wide remaining columns
     * @param channels of a tap
     * @param all number of terms
     */
    static void product(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            int way,
            int first,
            int high,
            int begin,
            int firstA,
            int nextPlace,
            int firstB,
            int nextTerm,
            int nextTap,
            int wide,
            int channels,
            int all,
            int height,
            int width,
            int window,
            int stride,
            int padding,
            int dilation,
            float[] total) {
        int item = context.localIdx;
        int tile = ConvolutionGroups.TILE;
        int across = ConvolutionGroups.ACROSS;
        int each = ConvolutionGroups.EACH;
        float[] tileA = context.allocateFloatLocalArray(DEPTH * (ConvolutionGroups.TILE + 1));
        float[] tileB = context.allocateFloatLocalArray(DEPTH * (ConvolutionGroups.TILE + 1));
        float[] sum = new float[ConvolutionGroups.EACH * ConvolutionGroups.EACH];
        float[] w = new float[ConvolutionGroups.EACH];
        for (int j = 0; j < each * each; j++) {
            total[j] = 0f;
        }
        // Both loops are inline: TornadoVM writes correctly to a local array only in the method that allocates it.
        for (int block = 0; block < all; block += BLOCK) {
            int end = Math.min(block + BLOCK, all);
            for (int j = 0; j < each * each; j++) {
                sum[j] = 0f;
            }
            for (int start = block; start < end; start += DEPTH) {
                for (int s = 0; s < each; s++) {
                    int e = item + s * ConvolutionGroups.ITEMS;
                    // Neighbouring work-items read neighbouring channels.
                    int i = way == ALONG ? e / tile : e % DEPTH;
                    int r = way == ALONG ? e % tile : e / DEPTH;
                    float v = 0f;
                    if (r < high && start + i < all) {
                        int part = way == ALONG ? first + r : start + i;
                        int at = way == ALONG ? begin + start + i : first + r;
                        int tap = part / channels;
                        int place = way == OVER
                                ? Windows.output(at, tap, height, width, window, stride, padding, dilation)
                                : Windows.input(at, tap, height, width, window, stride, padding, dilation);
                        if (place >= 0) {
                            v = a.get(place * nextPlace + firstA + part % channels);
                        }
                    }
                    tileA[i * (tile + 1) + r] = v;
                }
                for (int s = 0; s < each; s++) {
                    int e = item + s * ConvolutionGroups.ITEMS;
                    int i = e / tile;
                    int r = e % tile;
                    float v = 0f;
                    if (r < wide && start + i < all) {
                        int term = start + i;
                        int at =
                                way == ALONG ? term * nextTerm : term % channels * nextTerm + term / channels * nextTap;
                        v = b.get(firstB + at + r);
                    }
                    tileB[i * (tile + 1) + r] = v;
                }
                context.localBarrier();
                for (int i = 0; i < DEPTH; i++) {
                    for (int q = 0; q < each; q++) {
                        w[q] = tileB[i * (tile + 1) + item % across + q * across];
                    }
                    for (int p = 0; p < each; p++) {
                        float v = tileA[i * (tile + 1) + item / across + p * across];
                        for (int q = 0; q < each; q++) {
                            sum[p * each + q] += v * w[q];
                        }
                    }
                }
                context.localBarrier();
            }
            for (int j = 0; j < each * each; j++) {
                float t = total[j] + sum[j];
                // NaN if the sum overflowed, as in the plain kernels.
                total[j] = t + t * 0f;
            }
        }
    }
}
