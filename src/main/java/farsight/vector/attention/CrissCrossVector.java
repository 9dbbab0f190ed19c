package farsight.vector.attention;

import farsight.vector.Workers;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums over the rows and columns of a grid: {@code farsight.kernel.CrissCrossKernels} by the Vector API. Each row and
 * each column is a small matrix product, see {@link CrissCrossLine}: first all rows, then all columns are added.
 */
public final class CrissCrossVector {

    /** Multiply-adds that are worth a task. */
    private static final long WORTH = 1 << 18;

    private CrissCrossVector() {}

    /**
     * e[b, p, s] = q_p·k_n(p, s), or e += that.
     *
     * @param q [batch, height·width, channels]
     * @param k like q
     * @param e [batch, height·width, height + width − 1]
     */
    public static void crissCrossProducts(
            FloatArray q,
            FloatArray k,
            FloatArray e,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            Workers workers) {
        // Rows and columns write different numbers of e.
        lines(
                batch,
                height,
                width,
                channels,
                workers,
                line -> line.products(q.getSegment(), k.getSegment(), e.getSegment(), accumulate == 1));
    }

    /**
     * y[b, p] = Σ_s a[b, p, s]·v[b, n(p, s)], or y += that.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param v [batch, height·width, channels]
     * @param y like v
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
            Workers workers) {
        lines(
                batch,
                height,
                width,
                channels,
                workers,
                line -> line.sums(
                        a.getSegment(), false, v.getSegment(), y.getSegment(), accumulate == 1 || line.column()));
    }

    /**
     * v[b, p] = Σ_s a[b, n(p, s), m(p, s)]·u[b, n(p, s)], or v += that.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param u [batch, height·width, channels]
     * @param v like u
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
            Workers workers) {
        lines(
                batch,
                height,
                width,
                channels,
                workers,
                line -> line.sums(
                        a.getSegment(), true, u.getSegment(), v.getSegment(), accumulate == 1 || line.column()));
    }

    /** Takes one row or column. */
    private interface LineTask {
        void run(CrissCrossLine line);
    }

    private static void lines(int batch, int height, int width, int channels, Workers workers, LineTask task) {
        workers.forEach((long) batch * height, grain(width, channels), (from, to) -> {
            for (long i = from; i < to; i++) {
                task.run(CrissCrossLine.row(i, height, width, channels));
            }
        });
        workers.forEach((long) batch * width, grain(height, channels), (from, to) -> {
            for (long j = from; j < to; j++) {
                task.run(CrissCrossLine.column(j, height, width, channels));
            }
        });
    }

    /** Lines per task. */
    private static long grain(int length, int channels) {
        return Math.max(1, WORTH / ((long) length * length * channels));
    }
}
