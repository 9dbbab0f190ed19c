package farsight.vector.image;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import farsight.kernel.Windows;
import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Convolution of each channel by itself: {@code farsight.kernel.DepthwiseKernels} by the Vector API. */
public final class DepthwiseVector {

    /** Outputs per piece of the weight's gradient. */
    private static final int OUTPUTS = 256;

    /** Channels per task of the weight's gradient. */
    private static final int CHANNELS = 64;

    private DepthwiseVector() {}

    /**
     * y[q, c] = b[c] + Σ_t x[input(q, t), c]·W[t, c].
     *
     * @param x [batch, height·width, channels]
     * @param w W, [taps, channels]; with {@code biased} b is one row more
     * @param y [batch, S, channels]
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
            Workers workers) {
        Reach rows = ConvolutionVector.rows(height, window, stride, padding, dilation);
        Reach cols = ConvolutionVector.cols(width, window, stride, padding, dilation);
        MemorySegment weight = w.getSegment();
        long bias = biased == 1 ? (long) Windows.taps(window) * channels : -1;
        var target = new Correlation.Target(y.getSegment(), rows.count(), cols.count(), false, weight, bias);
        DepthwiseCorrelation.run(
                List.of(new DepthwiseCorrelation(
                        rows, cols, batch, channels, x.getSegment(), weight, Windows.cols(window), target)),
                workers);
    }

    /**
     * dx[p, c] = Σ_t dy[q, c]·W[t, c] with input(q, t) = p, or dx += that.
     *
     * @param dy [batch, S, channels]
     * @param w W, [taps, channels]
     * @param dx [batch, height·width, channels]
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
            Workers workers) {
        MemorySegment weight = w.getSegment();
        var target = new Correlation.Target(dx.getSegment(), height, width, accumulate == 1, weight, -1);
        List<DepthwiseCorrelation> all = new ArrayList<>();
        for (Reach rows : ConvolutionVector.rowsBackward(height, window, stride, padding, dilation)) {
            for (Reach cols : ConvolutionVector.colsBackward(width, window, stride, padding, dilation)) {
                all.add(new DepthwiseCorrelation(
                        rows, cols, batch, channels, dy.getSegment(), weight, Windows.cols(window), target));
            }
        }
        DepthwiseCorrelation.run(all, workers);
    }

    /**
     * P[s, t, c] = Σ_q x[input(q, t), c]·dy[q, c] over the outputs q of chunk s.
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
            int chunkRows,
            Workers workers) {
        Reach rows = ConvolutionVector.rows(height, window, stride, padding, dilation);
        Reach cols = ConvolutionVector.cols(width, window, stride, padding, dilation);
        int outputs = batch * rows.count() * cols.count();
        int blocks = Math.ceilDiv(channels, CHANNELS);
        MemorySegment xs = x.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment target = partial.getSegment();
        workers.forEach((long) Math.ceilDiv(outputs, chunkRows) * blocks, 1, (from, to) -> {
            for (long task = from; task < to; task++) {
                int chunk = (int) (task / blocks);
                int begin = chunk * chunkRows;
                int end = Math.min(begin + chunkRows, outputs);
                sums(rows, cols, xs, dys, channels, (int) (task % blocks) * CHANNELS, begin, end, target, chunk);
            }
        });
    }

    private static void sums(
            Reach rows,
            Reach cols,
            MemorySegment x,
            MemorySegment dy,
            int channels,
            int c,
            int begin,
            int end,
            MemorySegment partial,
            int chunk) {
        int taps = rows.taps() * cols.taps();
        int deep = Math.min(CHANNELS, channels - c);
        int vectors = Math.ceilDiv(deep, COUNT);
        int padded = Math.ceilDiv(taps, DepthwiseTiles.TAPS) * DepthwiseTiles.TAPS;
        int size = vectors * padded * COUNT;
        float[] totals = ImageWorkspace.floats(ImageWorkspace.Use.TOTALS, size);
        float[] sums = ImageWorkspace.floats(ImageWorkspace.Use.SUMS, size);
        Arrays.fill(totals, 0, size, 0f);
        int[] offsets = new int[padded];
        for (int q = begin; q < end; ) {
            int col = q % cols.count();
            int line = q / cols.count();
            int wide = Math.min(Math.min(cols.count() - col, end - q), OUTPUTS);
            Piece piece = new Piece(line / rows.count(), 1, line % rows.count(), 1, col, wide);
            Region region = Region.of(rows, cols, piece);
            // The last vector reads beyond its position's channels.
            float[] map =
                    ImageWorkspace.floats(ImageWorkspace.Use.MAP, Math.multiplyExact(region.size(), deep) + COUNT);
            region.read(x, channels, c, deep, map);
            float[] panel = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, wide * deep + COUNT);
            Region.copy(dy, (long) q * channels + c, /* step= */ channels, wide, /* channels= */ deep, panel, 0);
            for (int t = 0; t < taps; t++) {
                int position = t / cols.taps() * rows.dilation() * region.width() + t % cols.taps() * cols.dilation();
                offsets[t] = position * deep;
            }
            Arrays.fill(offsets, taps, padded, offsets[taps - 1]);
            Arrays.fill(sums, 0, size, 0f);
            int step = cols.pickedStride() * deep;
            for (int v = 0; v < vectors; v++) {
                for (int t = 0; t < taps; t += DepthwiseTiles.TAPS) {
                    DepthwiseTiles.sums(
                            map, v * COUNT, step, offsets, t, panel, v * COUNT, deep, wide, sums, v * padded * COUNT);
                }
            }
            for (int i = 0; i < size; i += COUNT) {
                Lanes.settled(fromArray(SPECIES, totals, i).add(fromArray(SPECIES, sums, i)))
                        .intoArray(totals, i);
            }
            q += wide;
        }
        for (int v = 0; v < vectors; v++) {
            for (int t = 0; t < taps; t++) {
                long to = ((long) chunk * taps + t) * channels + c + (long) v * COUNT;
                Lanes.write(totals, (v * padded + t) * COUNT, partial, to, Math.min(COUNT, deep - v * COUNT));
            }
        }
    }
}
