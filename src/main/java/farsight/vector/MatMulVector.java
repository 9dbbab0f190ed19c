package farsight.vector;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products: {@code farsight.kernel.MatMulKernels} by the Vector API.
 *
 * <p>Beside its arguments a product uses at most 620 KB of scratch per thread, which the thread keeps: packed stretches
 * of both factors ({@link Product}).
 */
public final class MatMulVector {

    /** A factor with at most this many lines is read in place instead of being packed into mostly empty vectors. */
    private static final int FEW = 3;

    private MatMulVector() {}

    /**
     * C = α·A·B, or C += α·A·B.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, k, n]
     * @param c C, [batch, m, n]
     * @param strideB floats from one B to the next: k·n, or 0 if the batch shares one
     * @param accumulate 1 to add to C, 0 to overwrite it
     */
    public static void matMul(
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment target = c.getSegment();
        Addend before = accumulate == 1 ? new Addend(target, false) : null;
        if (n == 1) { // a column is as contiguous as a row
            DotProducts.run(a.getSegment(), b.getSegment(), target, batch, m, n, k, strideB, alpha, before, workers);
            return;
        }
        if (k == 1) {
            RankOne.outer(
                    a.getSegment(), b.getSegment(), target, batch, m, n, strideB, alpha, accumulate == 1, workers);
            return;
        }
        Factor left = Factor.ofLines(a.getSegment(), (long) m * k, k);
        Factor right = Factor.ofTerms(b.getSegment(), strideB, n, k, 1, k);
        lines(batch, m, n, k, left, right, target, alpha, before, workers);
    }

    /**
     * C = α·A·Bᵀ, or C += α·A·Bᵀ.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param c C, [batch, m, n]
     * @param strideB floats from one B to the next: n·k, or 0 if the batch shares one
     * @param accumulate 1 to add to C, 0 to overwrite it
     */
    public static void matMulRightTransposed(
            FloatArray a,
            FloatArray b,
            FloatArray c,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            int accumulate,
            Workers workers) {
        MemorySegment target = c.getSegment();
        Addend before = accumulate == 1 ? new Addend(target, false) : null;
        rightTransposed(a.getSegment(), b.getSegment(), target, batch, m, n, k, strideB, alpha, before, workers);
    }

    /**
     * P[b, s] = A[b, rows of chunk s]ᵀ · B[b, rows of chunk s].
     *
     * @param a A, [batch, rows, m]
     * @param b B, [batch, rows, n]
     * @param partial P, [batch, chunks, m, n]
     * @param chunkRows rows per chunk; chunks = ⌈rows / chunkRows⌉
     */
    public static void matMulLeftTransposedChunks(
            FloatArray a,
            FloatArray b,
            FloatArray partial,
            int batch,
            int rows,
            int m,
            int n,
            int chunks,
            int chunkRows,
            Workers workers) {
        if (m == 1) {
            RankOne.weightedSums(
                    a.getSegment(), b.getSegment(), partial.getSegment(), batch, rows, n, chunks, chunkRows, workers);
            return;
        }
        Factor left = Factor.ofTerms(a.getSegment(), (long) rows * m, m, rows, chunks, chunkRows);
        Factor right = Factor.ofTerms(b.getSegment(), (long) rows * n, n, rows, chunks, chunkRows);
        MemorySegment target = partial.getSegment();
        int pairs = batch * chunks;
        // Both factors have the same layout, so vectors run along the longer side of P.
        Product product = m > n
                ? new Product(pairs, n, m, right, left, target, true, 1f, null)
                : new Product(pairs, m, n, left, right, target, false, 1f, null);
        product.run(workers);
    }

    /**
     * y = x·Wᵀ + b at every position.
     *
     * @param x [rows, in]
     * @param w W, [out, in], PyTorch's layout
     * @param bias b, [out]
     * @param y [rows, out]
     */
    public static void projectWithBias(
            FloatArray x, FloatArray w, FloatArray bias, FloatArray y, int rows, int in, int out, Workers workers) {
        Addend addend = new Addend(bias.getSegment(), true);
        rightTransposed(x.getSegment(), w.getSegment(), y.getSegment(), 1, rows, out, in, 0, 1f, addend, workers);
    }

    /**
     * y = x + γ·A·Bᵀ.
     *
     * @param a A, [batch, m, k]
     * @param b B, [batch or 1, n, k]
     * @param x [batch, m, n]
     * @param gamma γ, one number
     * @param y [batch, m, n]
     * @param strideB floats from one B to the next: n·k, or 0 if the batch shares one
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
        Addend addend = new Addend(x.getSegment(), false);
        rightTransposed(
                a.getSegment(), b.getSegment(), y.getSegment(), batch, m, n, k, strideB, gamma.get(0), addend, workers);
    }

    private static void rightTransposed(
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            int batch,
            int m,
            int n,
            int k,
            int strideB,
            float alpha,
            @Nullable Addend addend,
            Workers workers) {
        if (n <= FEW || m <= FEW) {
            DotProducts.run(a, b, c, batch, m, n, k, strideB, alpha, addend, workers);
            return;
        }
        Factor left = Factor.ofLines(a, (long) m * k, k);
        Factor right = Factor.ofLines(b, strideB, k);
        lines(batch, m, n, k, left, right, c, alpha, addend, workers);
    }

    /** The product for a row-major A. */
    private static void lines(
            int batch,
            int m,
            int n,
            int k,
            Factor left,
            Factor right,
            MemorySegment c,
            float alpha,
            @Nullable Addend addend,
            Workers workers) {
        if (ThinProduct.pays(m, n, k)) {
            new ThinProduct(batch, m, n, k, left, right, new Store(c, n, alpha, addend)).run(workers);
        } else {
            new Product(batch, m, n, left, right, c, false, alpha, addend).run(workers);
        }
    }
}
