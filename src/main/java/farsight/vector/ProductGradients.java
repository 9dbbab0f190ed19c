package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Gradients back through a normalisation from a product: {@code farsight.kernel.ProductGradientKernels} by the Vector API. */
public final class ProductGradients {

    private ProductGradients() {}

    /**
     * dX = σ·Y∘(A·Bᵀ − D). dx may be y.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param along D, [batch, m]
     * @param dx [batch, m, n]
     * @param strideB floats from one B to the next: n·k, or 0 where the batch shares one
     * @param scale σ
     */
    public static void softmaxGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray along,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float scale,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment ds = along.getSegment();
        MemorySegment dxs = dx.getSegment();
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                long at = (first + r) * n + column;
                softmaxRow(ys, dxs, at, sums, r * columns, columns, scale, Lanes.get(ds, first + r));
            }
        });
    }

    /** dx = scale·y·(g − along). */
    private static void softmaxRow(
            MemorySegment y, MemorySegment dx, long at, float[] g, int gAt, int length, float scale, float along) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromArray(SPECIES, g, gAt + j)
                    .sub(along)
                    .mul(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).mul(scale))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(along)
                    .mul(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                            .mul(scale))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    private static void run(
            FloatArray a,
            FloatArray b,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            Workers workers,
            ThinProduct.Sink sink) {
        Factor left = Factor.ofLines(a.getSegment(), (long) m * k, k);
        Factor right = Factor.ofLines(b.getSegment(), strideB, k);
        new ThinProduct(batch, m, n, k, left, right, sink).run(workers);
    }
}
