package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Convolution (PyTorch's, a cross-correlation) of maps of height·width positions, and the gradient of its input; that of
 * its weight is in {@link ConvolutionWeightKernels}. With S outputs a
 * map, x is [B, height·width, C] and y is [B, S, O].
 *
 * <p>{@code window}, {@code stride}, {@code padding} and {@code dilation} are pairs ({@link Windows}). The C channels
 * and the O outputs are cut into equal groups; each output depends on its own group's channels.
 *
 * <p>Each parallel iteration computes a part of the result of {@value MatMulKernels#ROWS} positions and {@value
 * MatMulKernels#COLUMNS} columns, as in {@link MatMulKernels}: no array holds the windows' inputs.
 */
public final class ConvolutionKernels {

    private static final int BLOCK = MatMulKernels.BLOCK;
    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    private ConvolutionKernels() {}

    /** Number of parts of a result of that many positions and columns. */
    public static int parts(int positions, int columns, int groups) {
        return groups * MatMulKernels.tiles(columns / groups) * MatMulKernels.strips(positions);
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
        int positions = batch * Windows.out(height, width, window, stride, padding, dilation);
        int taps = Windows.taps(window);
        int each = out / groups;
        int terms = channels / groups;
        int tiles = groups * MatMulKernels.tiles(each);
        int parts = parts(positions, out, groups);
        for (@Parallel int part = 0; part < parts; part++) {
            int tile = part % tiles;
            int group = tile / MatMulKernels.tiles(each);
            int col = group * each + tile % MatMulKernels.tiles(each) * COLUMNS;
            int first = part / tiles * ROWS;
            int wide = Math.min(COLUMNS, (group + 1) * each - col);
            int high = Math.min(ROWS, positions - first);
            float[] total = new float[ROWS * COLUMNS];
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    total[i * COLUMNS + j] = biased == 1 ? w.get(terms * taps * out + col + Math.min(j, wide - 1)) : 0f;
                }
            }
            addWindows(
                    x,
                    group * terms,
                    channels,
                    w,
                    col,
                    taps * out,
                    out,
                    total,
                    first,
                    high,
                    wide,
                    terms,
                    height,
                    width,
                    window,
                    stride,
                    padding,
                    dilation,
                    0);
            for (int i = 0; i < high; i++) {
                for (int j = 0; j < wide; j++) {
                    y.set((first + i) * out + col + j, total[i * COLUMNS + j]);
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
        int positions = batch * height * width;
        int taps = Windows.taps(window);
        int each = channels / groups;
        int terms = out / groups;
        int tiles = groups * MatMulKernels.tiles(each);
        int parts = parts(positions, channels, groups);
        for (@Parallel int part = 0; part < parts; part++) {
            int tile = part % tiles;
            int group = tile / MatMulKernels.tiles(each);
            int col = tile % MatMulKernels.tiles(each) * COLUMNS;
            int first = part / tiles * ROWS;
            int wide = Math.min(COLUMNS, each - col);
            int high = Math.min(ROWS, positions - first);
            float[] total = new float[ROWS * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            addWindows(
                    dy,
                    group * terms,
                    out,
                    w,
                    group * terms * taps * each + col,
                    taps * each,
                    each,
                    total,
                    first,
                    high,
                    wide,
                    terms,
                    height,
                    width,
                    window,
                    stride,
                    padding,
                    dilation,
                    1);
            for (int i = 0; i < high; i++) {
                for (int j = 0; j < wide; j++) {
                    int at = (first + i) * channels + group * each + col + j;
                    float before = accumulate == 1 ? dx.get(at) : 0f;
                    dx.set(at, before + total[i * COLUMNS + j]);
                }
            }
        }
    }

    /**
     * T[i, j] += Σ_t Σ_c a[place(first + i, t), c]·w[c, t, j]; NaN if a sum overflows.
     *
     * @param a holds element c of place p at p·nextPlace + firstA + c
     * @param w holds w[c, t, j] at firstW + c·nextTerm + t·nextTap + j
     * @param total T, [high, COLUMNS]
     * @param backward 1 if a place is the output over an input, 0 if it is the input under an output
     */
    private static void addWindows(
            FloatArray a,
            int firstA,
            int nextPlace,
            FloatArray w,
            int firstW,
            int nextTerm,
            int nextTap,
            float[] total,
            int first,
            int high,
            int wide,
            int terms,
            int height,
            int width,
            int window,
            int stride,
            int padding,
            int dilation,
            int backward) {
        float[] tile = new float[BLOCK * COLUMNS];
        float[] sum = new float[4 * COLUMNS];
        int all = terms * Windows.taps(window);
        for (int start = 0; start < all; start += BLOCK) {
            int end = Math.min(start + BLOCK, all);
            int firstTap = start / terms;
            int endTap = (end - 1) / terms + 1;
            for (int k = start; k < end; k++) {
                int at = firstW + k % terms * nextTerm + k / terms * nextTap;
                for (int j = 0; j < COLUMNS; j++) {
                    tile[(k - start) * COLUMNS + j] = w.get(at + Math.min(j, wide - 1));
                }
            }
            for (int h = 0; h < high; h += 4) {
                for (int j = 0; j < 4 * COLUMNS; j++) {
                    sum[j] = 0f;
                }
                int row1 = first + Math.min(h + 1, high - 1);
                int row2 = first + Math.min(h + 2, high - 1);
                int row3 = first + Math.min(h + 3, high - 1);
                for (int t = firstTap; t < endTap; t++) {
                    int p0 = place(first + h, t, height, width, window, stride, padding, dilation, backward);
                    int p1 = place(row1, t, height, width, window, stride, padding, dilation, backward);
                    int p2 = place(row2, t, height, width, window, stride, padding, dilation, backward);
                    int p3 = place(row3, t, height, width, window, stride, padding, dilation, backward);
                    int from = Math.max(start, t * terms);
                    int to = Math.min(end, (t + 1) * terms);
                    for (int k = from; k < to; k++) {
                        int at = firstA + k - t * terms;
                        float v0 = p0 < 0 ? 0f : a.get(p0 * nextPlace + at);
                        float v1 = p1 < 0 ? 0f : a.get(p1 * nextPlace + at);
                        float v2 = p2 < 0 ? 0f : a.get(p2 * nextPlace + at);
                        float v3 = p3 < 0 ? 0f : a.get(p3 * nextPlace + at);
                        for (int j = 0; j < COLUMNS; j++) {
                            float v = tile[(k - start) * COLUMNS + j];
                            sum[j] += v0 * v;
                            sum[COLUMNS + j] += v1 * v;
                            sum[2 * COLUMNS + j] += v2 * v;
                            sum[3 * COLUMNS + j] += v3 * v;
                        }
                    }
                }
                for (int j = 0; j < 4 * COLUMNS; j++) {
                    total[h * COLUMNS + j] = MatMulKernels.settled(total[h * COLUMNS + j] + sum[j]);
                }
            }
        }
    }

    private static int place(
            int at, int t, int height, int width, int window, int stride, int padding, int dilation, int backward) {
        return backward == 1
                ? Windows.output(at, t, height, width, window, stride, padding, dilation)
                : Windows.input(at, t, height, width, window, stride, padding, dilation);
    }
}
