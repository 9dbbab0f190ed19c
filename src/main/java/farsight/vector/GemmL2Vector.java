package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products A·Bᵀ with rows of unit norm, scaled while a strip of rows is in the L1 cache. If rows are too long for that
 * ({@link ThinProduct#fits}), the product is stored and scaled in place.
 */
public final class GemmL2Vector {

    private GemmL2Vector() {}

    /**
     * y_i = l2(r(Σ_c a_ic·b_c)) for every row i, r the identity or ReLU; the norms are kept for the gradient.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y [batch, m, n]
     * @param norms [batch, m]
     * @param strideB floats from one B to the next: n·k, or 0 if the batch shares one
     * @param relu 1 to take max(·, 0) first
     */
    public static void gemmL2(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            Workers workers) {
        if (!ThinProduct.fits(n, k)) {
            MatMulVector.matMulRightTransposed(a, b, y, batch, m, n, k, strideB, 1f, 0, workers);
            NormVector.l2Rows(y, y, norms, batch * m, n, relu, workers);
            return;
        }
        MemorySegment ys = y.getSegment();
        MemorySegment ns = norms.getSegment();
        float floor = Lanes.floor(relu == 1);
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                float norm = NormVector.norm(squares(sums, r * n, n, floor), sums, r * n, n, floor);
                Lanes.set(ns, first + r, norm);
                scale(sums, r * n, n, floor, NormVector.reciprocal(norm), ys, (first + r) * n);
            }
        });
    }

    /** Σ max(x, floor)·x, the floor 0 or −∞. */
    private static float squares(float[] x, int at, int length, float floor) {
        int whole = (int) Lanes.whole(length);
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromArray(SPECIES, x, at + j);
            squares = v.blend(floor, v.compare(VectorOperators.LE, floor)).fma(v, squares);
        }
        if (whole < length) {
            FloatVector v = fromArray(SPECIES, x, at + whole, Lanes.tail(length));
            squares = v.blend(floor, v.compare(VectorOperators.LE, floor)).fma(v, squares);
        }
        return Lanes.sum(squares);
    }

    /** y = max(x, floor)·factor. */
    private static void scale(float[] x, int at, int length, float floor, float factor, MemorySegment y, long to) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromArray(SPECIES, x, at + j);
            v.blend(floor, v.compare(VectorOperators.LE, floor)).mul(factor).intoMemorySegment(y, bytes(to + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromArray(SPECIES, x, at + whole, tail);
            v.blend(floor, v.compare(VectorOperators.LE, floor))
                    .mul(factor)
                    .intoMemorySegment(y, bytes(to + whole), ORDER, tail);
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
