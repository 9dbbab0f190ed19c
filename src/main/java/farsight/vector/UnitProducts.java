package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products A·Bᵀ whose rows are normed, or that are a normed matrix's gradient, while a strip of them is in the first
 * cache. Where the rows are too long for that ({@link ThinProduct#fits}), the product is stored and normed in place.
 */
public final class UnitProducts {

    private UnitProducts() {}

    /**
     * y_i = l2(r(Σ_c a_ic·b_c)) for every row i, r the identity or ReLU; the norms are kept for the gradient.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y [batch, m, n]
     * @param norms [batch, m]
     * @param strideB floats from one B to the next: n·k, or 0 where the batch shares one
     * @param relu 1 to take max(·, 0) first
     */
    public static void unitProduct(
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
                float norm = (float) Math.sqrt(squares(sums, r * n, n, floor));
                Lanes.set(ns, first + r, norm);
                scale(sums, r * n, n, floor, 1f / Math.max(norm, NormVector.EPSILON), ys, (first + r) * n);
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

    /**
     * dx_i = [y_i &gt; 0 if ReLU]·(g_i − y_i·(y_i·g_i)) / norms_i with g = A·Bᵀ, 0 where the norm is at most ε.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y what {@link #unitProduct} gave, [batch, m, n]
     * @param norms [batch, m]
     * @param dx [batch, m, n]
     */
    public static void unitProductGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            Workers workers) {
        if (!ThinProduct.fits(n, k)) {
            MatMulVector.matMulRightTransposed(a, b, dx, batch, m, n, k, strideB, 1f, 0, workers);
            NormVector.l2RowsGradient(y, dx, norms, dx, batch * m, n, relu, 0, workers);
            return;
        }
        MemorySegment ys = y.getSegment();
        MemorySegment ns = norms.getSegment();
        MemorySegment dxs = dx.getSegment();
        float gate = Lanes.gate(relu == 1);
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                float factor = NormVector.reciprocal(Lanes.get(ns, first + r));
                unitGradient(ys, dxs, (first + r) * n, sums, r * n, n, factor, gate);
            }
        });
    }

    /** dx = [y &gt; gate]·(g − y·(y·g))·factor. */
    private static void unitGradient(
            MemorySegment y, MemorySegment dx, long at, float[] g, int gAt, int length, float factor, float gate) {
        int whole = (int) Lanes.whole(length);
        VectorMask<Float> tail = Lanes.tail(length);
        FloatVector products = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            products =
                    fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).fma(fromArray(SPECIES, g, gAt + j), products);
        }
        if (whole < length) {
            products = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                    .fma(fromArray(SPECIES, g, gAt + whole, tail), products);
        }
        float along = Lanes.sum(products);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            fromArray(SPECIES, g, gAt + j)
                    .sub(v.mul(along))
                    .mul(factor)
                    .blend(0f, v.compare(VectorOperators.LE, gate))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(v.mul(along))
                    .mul(factor)
                    .blend(0f, v.compare(VectorOperators.LE, gate))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dx[b, i, j] = [y &gt; 0 if ReLU]·(g − y·along[b, j]) / norms[b, j] with g = A·Bᵀ, 0 where the norm is at most ε.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y what {@link NormVector#l2Positions} gave, [batch, m, n]
     * @param norms [batch, n]
     * @param along Σ_i y·g, [batch, n]
     * @param dx [batch, m, n]
     */
    public static void unitPositionsProductGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray along,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            Workers workers) {
        if (!ThinProduct.fits(n, k)) {
            MatMulVector.matMulRightTransposed(a, b, dx, batch, m, n, k, strideB, 1f, 0, workers);
            NormVector.l2PositionsGradient(y, dx, norms, along, dx, batch, m, n, relu, 0, workers);
            return;
        }
        MemorySegment ys = y.getSegment();
        MemorySegment dxs = dx.getSegment();
        float[] alongs = new float[batch * n];
        float[] factors = new float[batch * n];
        Lanes.read(along.getSegment(), 0, alongs, 0, batch * n);
        for (int j = 0; j < batch * n; j++) {
            factors[j] = NormVector.reciprocal(Lanes.get(norms.getSegment(), j));
        }
        float gate = Lanes.gate(relu == 1);
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                columnGradient(ys, dxs, (first + r) * n, alongs, factors, (int) (first / m) * n, sums, r * n, n, gate);
            }
        });
    }

    /** dx = [y &gt; gate]·(g − y·along)·factors. */
    private static void columnGradient(
            MemorySegment y,
            MemorySegment dx,
            long at,
            float[] along,
            float[] factors,
            int pattern,
            float[] g,
            int gAt,
            int length,
            float gate) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            fromArray(SPECIES, g, gAt + j)
                    .sub(v.mul(fromArray(SPECIES, along, pattern + j)))
                    .mul(fromArray(SPECIES, factors, pattern + j))
                    .blend(0f, v.compare(VectorOperators.LE, gate))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(v.mul(fromArray(SPECIES, along, pattern + whole, tail)))
                    .mul(fromArray(SPECIES, factors, pattern + whole, tail))
                    .blend(0f, v.compare(VectorOperators.LE, gate))
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
