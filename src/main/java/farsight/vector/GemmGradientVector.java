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
 * Gradients through a normalisation, fused with a product: {@code farsight.kernel.GemmGradientKernels} by the Vector
 * API.
 */
public final class GemmGradientVector {

    private GemmGradientVector() {}

    /**
     * dX = σ·Y∘(A·Bᵀ − D). dx may be y.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param delta D, [batch, m]
     * @param dx [batch, m, n]
     * @param strideB floats from one B to the next: n·k, or 0 if the batch shares one
     * @param scale σ
     */
    public static void softmaxGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float scale,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment ds = delta.getSegment();
        MemorySegment dxs = dx.getSegment();
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                long at = (first + r) * n + column;
                softmaxRow(ys, dxs, at, sums, r * columns, columns, scale, Lanes.get(ds, first + r));
            }
        });
    }

    /** dx = scale·y·(g − delta). */
    private static void softmaxRow(
            MemorySegment y, MemorySegment dx, long at, float[] g, int gAt, int length, float scale, float delta) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromArray(SPECIES, g, gAt + j)
                    .sub(delta)
                    .mul(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).mul(scale))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(delta)
                    .mul(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                            .mul(scale))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dX = [Y &gt; 0 if ReLU]·(A·Bᵀ − Y·D) / norms; A·Bᵀ / ε where the norm is at most ε. dx may be y.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y with rows of unit norm, [batch, m, n]
     * @param norms [batch, m]
     * @param delta D, [batch, m]
     * @param dx [batch, m, n]
     */
    public static void unitRowsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment ns = norms.getSegment();
        MemorySegment ds = delta.getSegment();
        MemorySegment dxs = dx.getSegment();
        float gate = Lanes.gate(relu == 1);
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                long row = first + r;
                float norm = Lanes.get(ns, row);
                float projected = norm > NormVector.EPSILON ? Lanes.get(ds, row) : 0f;
                float factor = NormVector.reciprocal(norm);
                unitRow(ys, dxs, row * n + column, sums, r * columns, columns, projected, factor, gate);
            }
        });
    }

    /** dx = [y &gt; gate]·(g − y·delta)·factor. */
    private static void unitRow(
            MemorySegment y,
            MemorySegment dx,
            long at,
            float[] g,
            int gAt,
            int length,
            float delta,
            float factor,
            float gate) {
        FloatVector factors = Lanes.broadcast(factor);
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            fromArray(SPECIES, g, gAt + j)
                    .sub(v.mul(delta))
                    .mul(factors.blend(0f, v.compare(VectorOperators.LE, gate)))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(v.mul(delta))
                    .mul(factors.blend(0f, v.compare(VectorOperators.LE, gate)))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * dX as in {@link #unitRowsGradient}, for a Y with columns (over the positions) of unit norm. dx may be y.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param y Y, [batch, m, n]
     * @param norms [batch, n]
     * @param delta D, [batch, n]
     * @param dx [batch, m, n]
     */
    public static void unitPositionsGradient(
            FloatArray a,
            FloatArray b,
            FloatArray y,
            FloatArray norms,
            FloatArray delta,
            FloatArray dx,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            int relu,
            Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dxs = dx.getSegment();
        float[] deltas = new float[batch * n];
        float[] factors = new float[batch * n];
        Lanes.read(delta.getSegment(), 0, deltas, 0, batch * n);
        for (int j = 0; j < batch * n; j++) {
            float norm = Lanes.get(norms.getSegment(), j);
            factors[j] = NormVector.reciprocal(norm);
            if (norm <= NormVector.EPSILON) {
                deltas[j] = 0f;
            }
        }
        float gate = Lanes.gate(relu == 1);
        run(a, b, batch, m, n, k, strideB, workers, (sums, first, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                long row = first + r;
                int pattern = (int) (row / m) * n + column;
                unitColumns(ys, dxs, row * n + column, deltas, factors, pattern, sums, r * columns, columns, gate);
            }
        });
    }

    /** dx = [y &gt; gate]·(g − y·delta)·factors. */
    private static void unitColumns(
            MemorySegment y,
            MemorySegment dx,
            long at,
            float[] delta,
            float[] factors,
            int pattern,
            float[] g,
            int gAt,
            int length,
            float gate) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            FloatVector factor = fromArray(SPECIES, factors, pattern + j);
            fromArray(SPECIES, g, gAt + j)
                    .sub(v.mul(fromArray(SPECIES, delta, pattern + j)))
                    .mul(factor.blend(0f, v.compare(VectorOperators.LE, gate)))
                    .intoMemorySegment(dx, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            FloatVector factor = fromArray(SPECIES, factors, pattern + whole, tail);
            fromArray(SPECIES, g, gAt + whole, tail)
                    .sub(v.mul(fromArray(SPECIES, delta, pattern + whole, tail)))
                    .mul(factor.blend(0f, v.compare(VectorOperators.LE, gate)))
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
