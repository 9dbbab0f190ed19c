package farsight.vector;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Dot products of rows, each summed in the order in which {@link ThinProduct} sums an element of a product.
 *
 * <p>The gradient of a softmax is y·(g − D), with g an element of a product and D a dot product. If one weight is 1,
 * both are the same sum, and the same order makes their difference exactly 0. Another order would leave a rounding
 * error, which for large features exceeds the gradient.
 */
public final class RowDots {

    /** Floats per range of rows. */
    private static final int GRAIN = 1 << 14;

    /** Rows summed together, so that multiply-adds do not wait for each other. */
    private static final int ROWS = 8;

    private RowDots() {}

    /**
     * D_i = y_i·dy_i.
     *
     * @param y [rows, width]
     * @param dy like y
     * @param delta D, [rows]
     */
    public static void rowDot(FloatArray y, FloatArray dy, FloatArray delta, int rows, int width, Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment out = delta.getSegment();
        long grain = Math.max(1, GRAIN / Math.max(1, width));
        workers.forEach(rows, Math.ceilDiv(grain, ROWS) * ROWS, (from, to) -> {
            long row = from;
            for (; row + ROWS <= to; row += ROWS) {
                eight(ys, dys, row * width, width, out, row);
            }
            for (; row < to; row++) {
                one(ys, dys, row * width, width, out, row);
            }
        });
    }

    private static void one(MemorySegment y, MemorySegment dy, long at, int width, MemorySegment out, long row) {
        float total = 0f;
        for (int start = 0; start < width; start += ThinProduct.MOST_TERMS) {
            float sum = 0f;
            for (int j = start; j < Math.min(width, start + ThinProduct.MOST_TERMS); j++) {
                sum = Math.fma(Lanes.get(y, at + j), Lanes.get(dy, at + j), sum);
            }
            total = sum + total;
        }
        Lanes.set(out, row, total);
    }

    /** D of eight rows. */
    private static void eight(MemorySegment y, MemorySegment dy, long at, int width, MemorySegment out, long row) {
        for (int r = 0; r < ROWS; r++) {
            Lanes.set(out, row + r, 0f);
        }
        for (int start = 0; start < width; start += ThinProduct.MOST_TERMS) {
            float s0 = 0f;
            float s1 = 0f;
            float s2 = 0f;
            float s3 = 0f;
            float s4 = 0f;
            float s5 = 0f;
            float s6 = 0f;
            float s7 = 0f;
            for (long j = at + start; j < at + Math.min(width, start + ThinProduct.MOST_TERMS); j++) {
                s0 = Math.fma(Lanes.get(y, j), Lanes.get(dy, j), s0);
                s1 = Math.fma(Lanes.get(y, j + width), Lanes.get(dy, j + width), s1);
                s2 = Math.fma(Lanes.get(y, j + 2L * width), Lanes.get(dy, j + 2L * width), s2);
                s3 = Math.fma(Lanes.get(y, j + 3L * width), Lanes.get(dy, j + 3L * width), s3);
                s4 = Math.fma(Lanes.get(y, j + 4L * width), Lanes.get(dy, j + 4L * width), s4);
                s5 = Math.fma(Lanes.get(y, j + 5L * width), Lanes.get(dy, j + 5L * width), s5);
                s6 = Math.fma(Lanes.get(y, j + 6L * width), Lanes.get(dy, j + 6L * width), s6);
                s7 = Math.fma(Lanes.get(y, j + 7L * width), Lanes.get(dy, j + 7L * width), s7);
            }
            add(out, row, s0);
            add(out, row + 1, s1);
            add(out, row + 2, s2);
            add(out, row + 3, s3);
            add(out, row + 4, s4);
            add(out, row + 5, s5);
            add(out, row + 6, s6);
            add(out, row + 7, s7);
        }
    }

    private static void add(MemorySegment out, long row, float sum) {
        Lanes.set(out, row, sum + Lanes.get(out, row));
    }
}
