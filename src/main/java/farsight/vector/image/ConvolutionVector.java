package farsight.vector.image;

import farsight.kernel.Windows;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Convolution: {@code farsight.kernel.ConvolutionKernels} and {@code ConvolutionWeightKernels} by the Vector API. */
public final class ConvolutionVector {

    private ConvolutionVector() {}

    /**
     * y[q, o] = b[o] + Σ_t Σ_c x[input(q, t), c]·W[o, c, t].
     *
     * @param x [batch, height·width, channels]
     * @param w W transposed, [channels/groups·taps, out]; with {@code biased} b is one row more
     * @param y [batch, S, out]
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
            int biased,
            Workers workers) {
        Reach rows = rows(height, window, stride, padding, dilation);
        Reach cols = cols(width, window, stride, padding, dilation);
        int taps = Windows.taps(window);
        int each = out / groups;
        MemorySegment weight = w.getSegment();
        var weights = new Correlation.Weights(weight, each, (long) taps * out, out, Windows.cols(window));
        long bias = biased == 1 ? (long) channels / groups * taps * out : -1;
        var target = new Correlation.Target(y.getSegment(), rows.count(), cols.count(), false, weight, bias);
        var all = new Correlation(rows, cols, batch, groups, channels / groups, each, x.getSegment(), weights, target);
        Correlation.run(List.of(all), workers);
    }

    /**
     * dx[p, c] = Σ_t Σ_o dy[q, o]·W[o, c, t] with input(q, t) = p, or dx += that.
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
            int accumulate,
            Workers workers) {
        int taps = Windows.taps(window);
        int each = channels / groups;
        int terms = out / groups;
        MemorySegment weight = w.getSegment();
        var weights = new Correlation.Weights(
                weight, (long) terms * taps * each, (long) taps * each, each, Windows.cols(window));
        var target = new Correlation.Target(dx.getSegment(), height, width, accumulate == 1, weight, -1);
        List<Correlation> all = new ArrayList<>();
        for (Reach rows : rowsBackward(height, window, stride, padding, dilation)) {
            for (Reach cols : colsBackward(width, window, stride, padding, dilation)) {
                all.add(new Correlation(rows, cols, batch, groups, terms, each, dy.getSegment(), weights, target));
            }
        }
        Correlation.run(all, workers);
    }

    /**
     * P[s, (c, t), o] = Σ_q x[input(q, t), c]·dy[q, o] over the outputs q of chunk s.
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
            int chunkRows,
            Workers workers) {
        new WeightSums(
                        rows(height, window, stride, padding, dilation),
                        cols(width, window, stride, padding, dilation),
                        batch,
                        groups,
                        channels / groups,
                        out / groups,
                        x.getSegment(),
                        dy.getSegment(),
                        chunkRows,
                        partial.getSegment())
                .run(workers);
    }

    static Reach rows(int height, int window, int stride, int padding, int dilation) {
        return Reach.forward(
                height,
                Windows.outRows(height, window, stride, padding, dilation),
                Windows.rows(window),
                Windows.rows(stride),
                Windows.rows(padding),
                Windows.rows(dilation));
    }

    static Reach cols(int width, int window, int stride, int padding, int dilation) {
        return Reach.forward(
                width,
                Windows.outCols(width, window, stride, padding, dilation),
                Windows.cols(window),
                Windows.cols(stride),
                Windows.cols(padding),
                Windows.cols(dilation));
    }

    static List<Reach> rowsBackward(int height, int window, int stride, int padding, int dilation) {
        return Reach.backward(
                Windows.outRows(height, window, stride, padding, dilation),
                height,
                Windows.rows(window),
                Windows.rows(stride),
                Windows.rows(padding),
                Windows.rows(dilation));
    }

    static List<Reach> colsBackward(int width, int window, int stride, int padding, int dilation) {
        return Reach.backward(
                Windows.outCols(width, window, stride, padding, dilation),
                width,
                Windows.cols(window),
                Windows.cols(stride),
                Windows.cols(padding),
                Windows.cols(dilation));
    }
}
