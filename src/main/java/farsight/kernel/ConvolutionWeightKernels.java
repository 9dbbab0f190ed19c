package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The gradient of the weight of a convolution, {@link ConvolutionKernels}, with the same shapes and pairs.
 *
 * <p>Each parallel iteration computes a part of the result of one tap, {@value MatMulKernels#ROWS} channels and {@value
 * MatMulKernels#COLUMNS} outputs.
 */
public final class ConvolutionWeightKernels {

    private static final int BLOCK = MatMulKernels.BLOCK;
    private static final int COLUMNS = MatMulKernels.COLUMNS;
    private static final int ROWS = MatMulKernels.ROWS;

    private ConvolutionWeightKernels() {}

    /** Number of parts over all chunks. */
    public static int parts(int chunks, int channels, int out, int groups, int window) {
        return chunks
                * Windows.taps(window)
                * groups
                * MatMulKernels.tiles(out / groups)
                * MatMulKernels.strips(channels / groups);
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
        int positions = batch * Windows.out(height, width, window, stride, padding, dilation);
        int taps = Windows.taps(window);
        int each = out / groups;
        int depth = channels / groups;
        int strips = MatMulKernels.strips(depth);
        int tiles = groups * MatMulKernels.tiles(each);
        int parts = parts((positions + chunkRows - 1) / chunkRows, channels, out, groups, window);
        for (@Parallel int part = 0; part < parts; part++) {
            int tile = part % tiles;
            int group = tile / MatMulKernels.tiles(each);
            int col = group * each + tile % MatMulKernels.tiles(each) * COLUMNS;
            int row = part / tiles % strips * ROWS;
            int tap = part / (tiles * strips) % taps;
            int chunk = part / (tiles * strips * taps);
            int wide = Math.min(COLUMNS, (group + 1) * each - col);
            int high = Math.min(ROWS, depth - row);
            int begin = chunk * chunkRows;
            int stop = Math.min(begin + chunkRows, positions);
            float[] block = new float[BLOCK * COLUMNS];
            int[] places = new int[BLOCK];
            float[] total = new float[ROWS * COLUMNS];
            float[] sum = new float[4 * COLUMNS];
            for (int j = 0; j < ROWS * COLUMNS; j++) {
                total[j] = 0f;
            }
            for (int start = begin; start < stop; start += BLOCK) {
                int length = Math.min(BLOCK, stop - start);
                for (int i = 0; i < length; i++) {
                    places[i] = Windows.input(start + i, tap, height, width, window, stride, padding, dilation);
                    for (int j = 0; j < COLUMNS; j++) {
                        block[i * COLUMNS + j] = dy.get((start + i) * out + col + Math.min(j, wide - 1));
                    }
                }
                for (int h = 0; h < high; h += 4) {
                    int c0 = group * depth + row + h;
                    int c1 = group * depth + row + Math.min(h + 1, high - 1);
                    int c2 = group * depth + row + Math.min(h + 2, high - 1);
                    int c3 = group * depth + row + Math.min(h + 3, high - 1);
                    for (int j = 0; j < 4 * COLUMNS; j++) {
                        sum[j] = 0f;
                    }
                    for (int i = 0; i < length; i++) {
                        int place = places[i];
                        float v0 = place < 0 ? 0f : x.get(place * channels + c0);
                        float v1 = place < 0 ? 0f : x.get(place * channels + c1);
                        float v2 = place < 0 ? 0f : x.get(place * channels + c2);
                        float v3 = place < 0 ? 0f : x.get(place * channels + c3);
                        for (int j = 0; j < COLUMNS; j++) {
                            float g = block[i * COLUMNS + j];
                            sum[j] += v0 * g;
                            sum[COLUMNS + j] += v1 * g;
                            sum[2 * COLUMNS + j] += v2 * g;
                            sum[3 * COLUMNS + j] += v3 * g;
                        }
                    }
                    for (int j = 0; j < 4 * COLUMNS; j++) {
                        total[h * COLUMNS + j] = MatMulKernels.settled(total[h * COLUMNS + j] + sum[j]);
                    }
                }
            }
            for (int i = 0; i < high; i++) {
                for (int j = 0; j < wide; j++) {
                    int at = chunk * depth * taps + (row + i) * taps + tap;
                    partial.set(at * out + col + j, total[i * COLUMNS + j]);
                }
            }
        }
    }
}
