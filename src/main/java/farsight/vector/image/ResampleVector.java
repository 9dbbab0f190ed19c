package farsight.vector.image;

import static farsight.kernel.ResampleKernels.firstOutput;
import static farsight.kernel.ResampleKernels.lower;
import static farsight.kernel.ResampleKernels.share;
import static farsight.kernel.ResampleKernels.upper;
import static farsight.kernel.ResampleKernels.weight;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.kernel.ResampleKernels;
import farsight.vector.Lanes;
import farsight.vector.Scratch;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Maps resampled, {@code farsight.kernel.ResampleKernels}, by the Vector API, along the channels. */
public final class ResampleVector {

    /** Floats per range of rows of a map. */
    private static final int GRAIN = 1 << 14;

    private ResampleVector() {}

    private static long grain(int width, int channels) {
        return Math.max(1, GRAIN / Math.max(1, (long) width * channels));
    }

    /**
     * y[m, (i, j), c] = Σ over the two rows and two columns around s(i, j) of their shares of x.
     *
     * @param x [maps, height·width, channels]
     * @param y [maps, outHeight·outWidth, channels]
     * @param rowP p/q of the vertical axis
     * @param colP p/q of the horizontal axis
     */
    public static void resampled(
            FloatArray x,
            FloatArray y,
            int maps,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int channels,
            int rowP,
            int rowQ,
            int colP,
            int colQ,
            int mode,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        long line = (long) width * channels;
        workers.forEach((long) maps * outHeight, grain(outWidth, channels), (from, to) -> {
            for (long row = from; row < to; row++) {
                int i = (int) (row % outHeight);
                float down = share(i, rowP, rowQ, mode);
                int top = lower(i, rowP, rowQ, mode);
                long above = (row / outHeight * height + top) * line;
                long below = above + (upper(top, down, height) - top) * line;
                for (int j = 0; j < outWidth; j++) {
                    float right = share(j, colP, colQ, mode);
                    int left = lower(j, colP, colQ, mode);
                    long at = (long) left * channels;
                    long beside = (long) upper(left, right, width) * channels - at;
                    mix(xs, above + at, below + at, beside, down, right, ys, (row * outWidth + j) * channels, channels);
                }
            }
        });
    }

    private static void mix(
            MemorySegment x,
            long above,
            long below,
            long beside,
            float down,
            float right,
            MemorySegment y,
            long to,
            int length) {
        for (int c = 0; c < length; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, length);
            FloatVector upper = fromMemorySegment(SPECIES, x, bytes(above + c), ORDER, mask)
                    .mul(1f - right)
                    .add(fromMemorySegment(SPECIES, x, bytes(above + beside + c), ORDER, mask)
                            .mul(right));
            FloatVector lower = fromMemorySegment(SPECIES, x, bytes(below + c), ORDER, mask)
                    .mul(1f - right)
                    .add(fromMemorySegment(SPECIES, x, bytes(below + beside + c), ORDER, mask)
                            .mul(right));
            upper.mul(1f - down).add(lower.mul(down)).intoMemorySegment(y, bytes(to + c), ORDER, mask);
        }
    }

    /**
     * dx[m, p, c] = Σ over the outputs that read position p of what they take of it times dy, or dx += that.
     *
     * @param dy [maps, outHeight·outWidth, channels]
     * @param dx [maps, height·width, channels]
     */
    public static void resampledGradient(
            FloatArray dy,
            FloatArray dx,
            int maps,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int channels,
            int rowP,
            int rowQ,
            int colP,
            int colQ,
            int mode,
            int accumulate,
            Workers workers) {
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        int back = mode == ResampleKernels.NEAREST ? 0 : 1;
        boolean add = accumulate == 1;
        workers.forEach((long) maps * height, grain(width, channels), (from, to) -> {
            float[] weights = Scratch.get().heap(outHeight + outWidth);
            for (long row = from; row < to; row++) {
                int i = (int) (row % height);
                int top = firstOutput(i - back, outHeight, rowP, rowQ, mode);
                int tall = firstOutput(i + 1, outHeight, rowP, rowQ, mode) - top;
                for (int a = 0; a < tall; a++) {
                    weights[a] = weight(top + a, i, height, rowP, rowQ, mode);
                }
                for (int j = 0; j < width; j++) {
                    int left = firstOutput(j - back, outWidth, colP, colQ, mode);
                    int wide = firstOutput(j + 1, outWidth, colP, colQ, mode) - left;
                    for (int b = 0; b < wide; b++) {
                        weights[outHeight + b] = weight(left + b, j, width, colP, colQ, mode);
                    }
                    long at = ((row / height * outHeight + top) * outWidth + left) * channels;
                    long down = (long) outWidth * channels;
                    long into = (row * width + j) * channels;
                    gather(dys, at, down, tall, wide, weights, outHeight, dxs, into, channels, add);
                }
            }
        });
    }

    /** dx = Σ weights of rows · weights of columns · dy over a rectangle of outputs, or dx += that. */
    private static void gather(
            MemorySegment dy,
            long at,
            long down,
            int tall,
            int wide,
            float[] weights,
            int ofCols,
            MemorySegment dx,
            long to,
            int length,
            boolean add) {
        for (int c = 0; c < length; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, length);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int a = 0; a < tall; a++) {
                for (int b = 0; b < wide; b++) {
                    long there = bytes(at + a * down + (long) b * length + c);
                    sum = sum.add(
                            fromMemorySegment(SPECIES, dy, there, ORDER, mask).mul(weights[a] * weights[ofCols + b]));
                }
            }
            Lanes.store(sum, dx, to + c, add, mask);
        }
    }
}
