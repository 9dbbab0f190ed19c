package farsight.kernel.group;

import farsight.kernel.Windows;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Convolution and its gradients by work-groups: the twins of {@code farsight.kernel.ConvolutionKernels} and {@code
 * ConvolutionWeightKernels}, with the same
 * letters. A group of {@value #ITEMS} work-items computes {@value #TILE}·{@value #TILE} elements of the result by
 * {@link WindowTile}. Groups are numbered along the tiles of a strip of rows, then along the strips.
 */
public final class ConvolutionGroups {

    /** Work-items of a group. */
    public static final int ITEMS = 256;

    /** Rows, and columns, of a group's tile. */
    static final int TILE = 64;

    /** Work-items side by side. */
    static final int ACROSS = 16;

    /** Rows, and columns, of a work-item. */
    static final int EACH = 4;

    /** Bytes of local memory per group. */
    public static final long LOCAL_BYTES = 4L * 2 * WindowTile.DEPTH * (TILE + 1);

    private ConvolutionGroups() {}

    /** Number of groups for a result of that many rows and columns. */
    public static long count(long rows, long columns, int groups) {
        return Math.ceilDiv(rows, TILE) * groups * Math.ceilDiv(columns / groups, TILE);
    }

    /** Number of groups for the gradient of the weight over all chunks. */
    public static long weightCount(int chunks, long channels, long out, int groups, int window) {
        return chunks * count(channels / groups * Windows.taps(window), out, groups);
    }

    private static int tiles(int extent) {
        return (extent + TILE - 1) / TILE;
    }

    /**
     * y[q, o] = b[o] + Σ_t Σ_c x[input(q, t), c]·W[o, c, t], c over the channels of o's group.
     *
     * @param x [batch, height·width, channels]
     * @param w W transposed, [channels/groups·taps, out]; with {@code biased} b is one row more
     * @param y [batch, S, out]
     * @param biased 1 with a bias, 0 without
     */
    public static void convolve(
            KernelContext context,
            FloatArray x,
            FloatArray w,
            FloatArray y,
            int batch,
            int height,
            int width,
            int channels,
            int out,
            int groups,
            int window,
            int stride,
            int padding,
            int dilation,
            int biased) {
        int item = context.localIdx;
        int taps = Windows.taps(window);
        int each = out / groups;
        int terms = channels / groups;
        int across = tiles(each);
        int tile = context.groupIdx % (groups * across);
        int first = context.groupIdx / (groups * across) * TILE;
        int group = tile / across;
        int col = group * each + tile % across * TILE;
        int wide = (group + 1) * each - col;
        int high = batch * Windows.out(height, width, window, stride, padding, dilation) - first;
        float[] total = new float[EACH * EACH];
        WindowTile.product(
                context,
                x,
                w,
                WindowTile.UNDER,
                first,
                high,
                0,
                group * terms,
                channels,
                col,
                taps * out,
                out,
                wide,
                terms,
                taps * terms,
                height,
                width,
                window,
                stride,
                padding,
                dilation,
                total);
        for (int p = 0; p < EACH; p++) {
            for (int q = 0; q < EACH; q++) {
                int i = item / ACROSS + p * ACROSS;
                int j = item % ACROSS + q * ACROSS;
                if (i < high && j < wide) {
                    float bias = biased == 1 ? w.get(terms * taps * out + col + j) : 0f;
                    y.set((first + i) * out + col + j, bias + total[p * EACH + q]);
                }
            }
        }
    }

    /**
     * dx[p, c] = Σ_t Σ_o dy[q, o]·W[o, c, t] with input(q, t) = p and o over the outputs of c's group; or dx += that.
     *
     * @param dy [batch, S, out]
     * @param w W with its taps before its channels, [out, taps, channels/groups]
     * @param dx [batch, height·width, channels]
     */
    public static void convolveInputGradient(
            KernelContext context,
            FloatArray dy,
            FloatArray w,
            FloatArray dx,
            int batch,
            int height,
            int width,
            int channels,
            int out,
            int groups,
            int window,
            int stride,
            int padding,
            int dilation,
            int accumulate) {
        int item = context.localIdx;
        int taps = Windows.taps(window);
        int each = channels / groups;
        int terms = out / groups;
        int across = tiles(each);
        int tile = context.groupIdx % (groups * across);
        int first = context.groupIdx / (groups * across) * TILE;
        int group = tile / across;
        int col = tile % across * TILE;
        int wide = each - col;
        int high = batch * height * width - first;
        float[] total = new float[EACH * EACH];
        WindowTile.product(
                context,
                dy,
                w,
                WindowTile.OVER,
                first,
                high,
                0,
                group * terms,
                out,
                group * terms * taps * each + col,
                taps * each,
                each,
                wide,
                terms,
                taps * terms,
                height,
                width,
                window,
                stride,
                padding,
                dilation,
                total);
        for (int p = 0; p < EACH; p++) {
            for (int q = 0; q < EACH; q++) {
                int i = item / ACROSS + p * ACROSS;
                int j = item % ACROSS + q * ACROSS;
                if (i < high && j < wide) {
                    int at = (first + i) * channels + group * each + col + j;
                    float before = accumulate == 1 ? dx.get(at) : 0f;
                    dx.set(at, before + total[p * EACH + q]);
                }
            }
        }
    }

    /**
     * P[s, (c, t), o] = Σ_q x[input(q, t), c]·dy[q, o] over the outputs q of chunk s: the gradient of W, transposed.
     *
     * @param x [batch, height·width, channels]
     * @param dy [batch, S, out]
     * @param partial P, [chunks, channels/groups·taps, out]; c counts within the group of o
     * @param chunkRows outputs per chunk, counted over the batch
     */
    public static void convolveWeightGradientChunks(
            KernelContext context,
            FloatArray x,
            FloatArray dy,
            FloatArray partial,
            int batch,
            int height,
            int width,
            int channels,
            int out,
            int groups,
            int window,
            int stride,
            int padding,
            int dilation,
            int chunkRows) {
        int item = context.localIdx;
        int taps = Windows.taps(window);
        int each = out / groups;
        int depth = channels / groups;
        int across = tiles(each);
        int down = tiles(depth * taps);
        int tile = context.groupIdx % (groups * across);
        int first = context.groupIdx / (groups * across) % down * TILE;
        int chunk = context.groupIdx / (groups * across * down);
        int group = tile / across;
        int col = group * each + tile % across * TILE;
        int wide = (group + 1) * each - col;
        int high = depth * taps - first;
        int begin = chunk * chunkRows;
        int positions = batch * Windows.out(height, width, window, stride, padding, dilation);
        int length = Math.min(chunkRows, positions - begin);
        float[] total = new float[EACH * EACH];
        WindowTile.product(
                context,
                x,
                dy,
                WindowTile.ALONG,
                first,
                high,
                begin,
                group * depth,
                channels,
                begin * out + col,
                out,
                0,
                wide,
                depth,
                length,
                height,
                width,
                window,
                stride,
                padding,
                dilation,
                total);
        for (int p = 0; p < EACH; p++) {
            for (int q = 0; q < EACH; q++) {
                int i = item / ACROSS + p * ACROSS;
                int j = item % ACROSS + q * ACROSS;
                if (i < high && j < wide) {
                    // The tile's rows go tap by tap, the result's channel by channel.
                    int row = (first + i) % depth * taps + (first + i) / depth;
                    partial.set((chunk * depth * taps + row) * out + col + j, total[p * EACH + q]);
                }
            }
        }
    }
}
