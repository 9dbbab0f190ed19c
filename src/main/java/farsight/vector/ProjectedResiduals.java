package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A product that is added to a residual while a strip of it is in the first cache. */
public final class ProjectedResiduals {

    private ProjectedResiduals() {}

    /**
     * y = x + γ·A·Bᵀ. Where the rows are too long for {@link ThinProduct}, the product is stored and added in place.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param x [batch, m, n]
     * @param gamma γ, one number
     * @param y [batch, m, n]
     * @param strideB floats from one B to the next: n·k, or 0 where the batch shares one
     */
    public static void projectedResidual(
            FloatArray a,
            FloatArray b,
            FloatArray x,
            FloatArray gamma,
            FloatArray y,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            Workers workers) {
        if (!ThinProduct.fits(n, k)) {
            MatMulVector.matMulRightTransposed(a, b, y, batch, m, n, k, strideB, 1f, 0, workers);
            ElementVector.scaledResidual(x, y, gamma, y, batch * m * n, workers);
            return;
        }
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        float factor = gamma.get(0);
        Factor left = Factor.ofLines(a.getSegment(), (long) m * k, k);
        Factor right = Factor.ofLines(b.getSegment(), strideB, k);
        ThinProduct.Sink sink = (sums, row, rows) -> add(xs, sums, factor, ys, row * n, rows * n);
        new ThinProduct(batch, m, n, k, left, right, sink).run(workers);
    }

    private static void add(MemorySegment x, float[] u, float factor, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector before = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            fromArray(SPECIES, u, j).mul(factor).add(before).intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector before = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail);
            fromArray(SPECIES, u, whole, tail)
                    .mul(factor)
                    .add(before)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }
}
