package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Convolution of each channel by itself, with its gradients: {@link ConvolutionKernels} with as many groups as
 * channels and outputs. x is [B, height·width, C], y is [B, S, C], and W is transposed to [taps, C], so that
 * neighbouring channels are neighbours everywhere. Channels are taken {@value #PIECE} at a time.
 */
public final class DepthwiseKernels {

    /** Channels at a time, in registers. */
    private static final int PIECE = 16;

    private DepthwiseKernels() {}

    /** Iterations of the weight's gradient. */
    public static int weightParts(int chunks, int channels, int window) {
        return chunks * Windows.taps(window) * ((channels + PIECE - 1) / PIECE);
    }

    /**
     * y[q, c] = b[c] + Σ_t x[input(q, t), c]·W[t, c].
     *
     * @param x [batch, height·width, channels]
     * @param w W, [taps, channels]; with {@code biased} b is one row more
     * @param y [batch, S, channels]
     * @param biased 1 with a bias, 0 without
     * @param elementsEach elements of a row of y per iteration
     */
    public static void depthwise(
            FloatArray x,
            FloatArray w,
            FloatArray y,
            int batch,
            int height,
            int width,
            int channels,
            int window,
            int stride,
            int padding,
            int dilation,
            int biased,
            int elementsEach) {
        int taps = Windows.taps(window);
        int pieces = channels / elementsEach;
        int all = batch * Windows.out(height, width, window, stride, padding, dilation) * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int q = r / pieces;
            int first = r % pieces * elementsEach;
            float[] sum = new float[PIECE];
            for (int k = 0; k < elementsEach; k += PIECE) {
                int c = first + k;
                int wide = Math.min(PIECE, elementsEach - k);
                for (int j = 0; j < wide; j++) {
                    sum[j] = biased == 1 ? w.get(taps * channels + c + j) : 0f;
                }
                for (int t = 0; t < taps; t++) {
                    int place = Windows.input(q, t, height, width, window, stride, padding, dilation);
                    if (place >= 0) {
                        for (int j = 0; j < wide; j++) {
                            sum[j] += x.get(place * channels + c + j) * w.get(t * channels + c + j);
                        }
                    }
                }
                for (int j = 0; j < wide; j++) {
                    y.set(q * channels + c + j, MatMulKernels.settled(sum[j]));
                }
            }
        }
    }

    /**
     * dx[p, c] = Σ_t dy[q, c]·W[t, c] with input(q, t) = p; or dx += that.
     *
     * @param dy [batch, S, channels]
     * @param w W, [taps, channels]
     * @param dx [batch, height·width, channels]
     * @param elementsEach elements of a row of dx per iteration
     */
    public static void depthwiseInputGradient(
            FloatArray dy,
            FloatArray w,
            FloatArray dx,
            int batch,
            int height,
            int width,
            int channels,
            int window,
            int stride,
            int padding,
            int dilation,
            int accumulate,
            int elementsEach) {
        int taps = Windows.taps(window);
        int pieces = channels / elementsEach;
        int all = batch * height * width * pieces;
        for (@Parallel int r = 0; r < all; r++) {
            int p = r / pieces;
            int first = r % pieces * elementsEach;
            float[] sum = new float[PIECE];
            for (int k = 0; k < elementsEach; k += PIECE) {
                int c = first + k;
                int wide = Math.min(PIECE, elementsEach - k);
                for (int j = 0; j < wide; j++) {
                    sum[j] = 0f;
                }
                for (int t = 0; t < taps; t++) {
                    int place = Windows.output(p, t, height, width, window, stride, padding, dilation);
                    if (place >= 0) {
                        for (int j = 0; j < wide; j++) {
                            sum[j] += dy.get(place * channels + c + j) * w.get(t * channels + c + j);
                        }
                    }
                }
                for (int j = 0; j < wide; j++) {
                    int at = p * channels + c + j;
                    float before = accumulate == 1 ? dx.get(at) : 0f;
                    dx.set(at, before + MatMulKernels.settled(sum[j]));
                }
            }
        }
    }

    /**
     * P[s, t, c] = Σ_q x[input(q, t), c]·dy[q, c] over the outputs q of chunk s: the gradient of W, transposed.
     *
     * @param x [batch, height·width, channels]
     * @param dy [batch, S, channels]
     * @param partial P, [chunks, taps, channels]
     * @param chunkRows outputs per chunk, counted over the batch
     */
    public static void depthwiseWeightGradientChunks(
            FloatArray x,
            FloatArray dy,
            FloatArray partial,
            int batch,
            int height,
            int width,
            int channels,
            int window,
            int stride,
            int padding,
            int dilation,
            int chunkRows) {
        int taps = Windows.taps(window);
        int pieces = (channels + PIECE - 1) / PIECE;
        int positions = batch * Windows.out(height, width, window, stride, padding, dilation);
        int parts = weightParts((positions + chunkRows - 1) / chunkRows, channels, window);
        for (@Parallel int part = 0; part < parts; part++) {
            int c = part % pieces * PIECE;
            int t = part / pieces % taps;
            int chunk = part / (pieces * taps);
            int wide = Math.min(PIECE, channels - c);
            int stop = Math.min((chunk + 1) * chunkRows, positions);
            float[] total = new float[PIECE];
            float[] sum = new float[PIECE];
            for (int j = 0; j < PIECE; j++) {
                total[j] = 0f;
            }
            for (int start = chunk * chunkRows; start < stop; start += MatMulKernels.BLOCK) {
                int end = Math.min(start + MatMulKernels.BLOCK, stop);
                for (int j = 0; j < PIECE; j++) {
                    sum[j] = 0f;
                }
                for (int q = start; q < end; q++) {
                    int place = Windows.input(q, t, height, width, window, stride, padding, dilation);
                    if (place >= 0) {
                        for (int j = 0; j < wide; j++) {
                            sum[j] += x.get(place * channels + c + j) * dy.get(q * channels + c + j);
                        }
                    }
                }
                for (int j = 0; j < PIECE; j++) {
                    total[j] = MatMulKernels.settled(total[j] + sum[j]);
                }
            }
            for (int j = 0; j < wide; j++) {
                partial.set((chunk * taps + t) * channels + c + j, total[j]);
            }
        }
    }
}
