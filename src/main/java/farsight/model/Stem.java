package farsight.model;

import farsight.data.DataException;
import farsight.data.ParallelFor;
import farsight.data.Tensor;
import farsight.data.image.Image;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Lifts an input of a few values per position to the C feature channels of a block, by a fixed random projection: no
 * learning, no bias, no activation.
 *
 * <p>The weights are independent normals of mean 0 and variance 2 / fan-in (He et al. 2015, eq. 10). They are drawn
 * with {@code nextGaussian} from the generator {@code L64X128MixRandom} of java.util.random, seeded, in the row-major
 * order of PyTorch's weight: output channel, input channel, kernel row, kernel column. So the first channels are the
 * same for any number of channels.
 *
 * <p>One thread sums an output in a fixed order, so the result does not depend on the number of threads.
 */
public final class Stem {
    private static final int SIDE = 3;
    private static final int TAPS = SIDE * SIDE * Image.CHANNELS;

    /** Positions lifted together: with 64 channels, their sums fill half a first-level cache. */
    private static final int TILE = 64;

    private static final int MAX_CHANNELS = 1 << 16;

    private Stem() {}

    /**
     * A 3×3 convolution with zero padding:
     *
     * <pre>out[y·W + x, c] = Σ_i Σ_u Σ_v weight[c, i, u, v] · rgb[y + u − 1, x + v − 1, i]</pre>
     *
     * @param image [H, W, 3]
     * @param channels C, from 1 to 65,536
     * @param out takes [H·W, C] float32 values, row-major
     * @throws DataException where {@code out} is too small or C not from 1 to 65,536
     */
    public static void lift(Image image, int channels, long seed, MemorySegment out) {
        checkOut(image.pixels(), channels, out);
        float[] weights = columnMajor(weights(channels, TAPS, seed), channels, TAPS);
        ParallelFor.forEach(image.height(), out, y -> liftRow(image, (int) y, channels, weights, out));
    }

    /**
     * The 1×1 form, for point clouds:
     *
     * <pre>out[n, c] = Σ_i weight[c, i] · features[n, i]</pre>
     *
     * @param features [n, perPoint], row-major
     * @param perPoint values per point, at least 1
     * @param n points
     * @param channels C, from 1 to 65,536
     * @param out takes [n, C] float32 values, row-major
     * @throws DataException where {@code features} is not n · perPoint long, {@code out} is too small, or a count is
     *     out of bounds
     */
    public static void liftPoints(float[] features, int perPoint, long n, int channels, long seed, MemorySegment out) {
        if (perPoint < 1 || n < 0 || n > features.length || n * perPoint != features.length) {
            throw new DataException(
                    "%d point features are not %d points of %d features each".formatted(features.length, n, perPoint));
        }
        checkOut(n, channels, out);
        float[] weights = columnMajor(weights(channels, perPoint, seed), channels, perPoint);
        ParallelFor.forEach(Math.ceilDiv(n, TILE), out, tile -> {
            int first = (int) (tile * TILE);
            int length = (int) Math.min(TILE, n - first);
            float[] sums = new float[length * channels];
            for (int i = 0; i < perPoint; i++) {
                for (int p = 0; p < length; p++) {
                    float feature = features[(first + p) * perPoint + i];
                    addScaled(feature, weights, i * channels, sums, p * channels, channels);
                }
            }
            store(sums, length * channels, out, (long) first * channels);
        });
    }

    /** The weights {@link #lift} uses, [C, 3, 3, 3]. */
    public static Tensor weights(int channels, long seed) {
        return Tensor.of(weights(channels, TAPS, seed), channels, Image.CHANNELS, SIDE, SIDE);
    }

    /** The weights {@link #liftPoints} uses, [C, perPoint]. */
    public static Tensor pointWeights(int channels, int perPoint, long seed) {
        return Tensor.of(weights(channels, perPoint, seed), channels, perPoint);
    }

    private static float[] weights(int channels, int fanIn, long seed) {
        checkChannels(channels);
        if (fanIn < 1 || fanIn > Integer.MAX_VALUE / channels) {
            throw new DataException("cannot lift %d values per position to %d channels: expected 1 to %d values"
                    .formatted(fanIn, channels, Integer.MAX_VALUE / channels));
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double deviation = Math.sqrt(2.0 / fanIn);
        float[] weights = new float[channels * fanIn];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * deviation);
        }
        return weights;
    }

    // [C, fanIn] to [fanIn, C]: then an input's weights for all channels are adjacent, a loop that the compiler
    // vectorises.
    private static float[] columnMajor(float[] weights, int channels, int fanIn) {
        float[] turned = new float[weights.length];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < fanIn; i++) {
                turned[i * channels + c] = weights[c * fanIn + i];
            }
        }
        return turned;
    }

    private static void liftRow(Image image, int y, int channels, float[] weights, MemorySegment out) {
        int width = image.width();
        float[] sums = new float[Math.min(TILE, width) * channels];
        for (int first = 0; first < width; first += TILE) {
            int end = Math.min(width, first + TILE);
            Arrays.fill(sums, 0f);
            for (int tap = 0; tap < TAPS; tap++) {
                addTap(image, y, first, end, tap, channels, weights, sums);
            }
            store(sums, (end - first) * channels, out, ((long) y * width + first) * channels);
        }
    }

    /** Adds one of the 27 taps to the positions first … end − 1 of a row. */
    private static void addTap(
            Image image, int y, int first, int end, int tap, int channels, float[] weights, float[] sums) {
        int input = tap / (SIDE * SIDE);
        int down = tap / SIDE % SIDE - 1;
        int right = tap % SIDE - 1;
        // Beyond the border lie zeros, which add nothing.
        if (y + down < 0 || y + down >= image.height()) {
            return;
        }
        int row = (y + down) * image.width();
        int from = Math.max(first, -right);
        int to = Math.min(end, image.width() - right);
        for (int x = from; x < to; x++) {
            float sample = image.rgb()[(row + x + right) * Image.CHANNELS + input];
            addScaled(sample, weights, tap * channels, sums, (x - first) * channels, channels);
        }
    }

    /** to[t … t + length) += factor · from[f … f + length). */
    private static void addScaled(float factor, float[] from, int f, float[] to, int t, int length) {
        for (int i = 0; i < length; i++) {
            to[t + i] += factor * from[f + i];
        }
    }

    private static void store(float[] sums, int length, MemorySegment out, long index) {
        MemorySegment.copy(sums, 0, out, ValueLayout.JAVA_FLOAT, index * Float.BYTES, length);
    }

    private static void checkOut(long positions, int channels, MemorySegment out) {
        checkChannels(channels);
        long bytes = positions * channels * Float.BYTES;
        if (out.byteSize() < bytes) {
            throw new DataException("%d positions of %d channels take %d bytes, the output has %d"
                    .formatted(positions, channels, bytes, out.byteSize()));
        }
    }

    private static void checkChannels(int channels) {
        if (channels < 1 || channels > MAX_CHANNELS) {
            throw new DataException("cannot lift to %d channels: expected 1 to %d".formatted(channels, MAX_CHANNELS));
        }
    }
}
