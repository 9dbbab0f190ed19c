package farsight.op;

import farsight.program.Buffer;
import farsight.program.Shape;

/**
 * A matrix product as one BLAS call, sgemm or its batched form: R = α·op(P)·op(Q) + β·R, in BLAS's <b>column-major</b>
 * order.
 *
 * <p>BLAS reads a row-major matrix [rows, cols] as its transpose [cols, rows] with leading dimension cols. A row-major
 * C = op(A)·op(B) is therefore Cᵀ = op(B)ᵀ·op(A)ᵀ to BLAS: the factors swap places, m and n swap places, and each
 * factor keeps its transposition flag.
 *
 * @param left P = B
 * @param right Q = A
 * @param result R = C; never transposed
 * @param m rows of op(P) and R
 * @param n columns of op(Q) and R
 * @param k columns of op(P), rows of op(Q)
 * @param batch number of products, all of the same shape
 * @param alpha α
 * @param beta β: 0 overwrites R without reading it; 1 adds to R
 */
public record Gemm(Matrix left, Matrix right, Matrix result, int m, int n, int k, int batch, float alpha, float beta) {

    /**
     * A matrix, or a batch of them.
     *
     * @param buffer holds the matrices
     * @param transposed whether op is the transpose
     * @param leading floats from one column to the next
     * @param stride floats from one matrix of the batch to the next
     */
    public record Matrix(Buffer buffer, boolean transposed, int leading, long stride) {

        /** A row-major buffer; its rows are BLAS's columns. */
        static Matrix ofRows(Buffer b, boolean transposed) {
            Shape s = b.shape();
            return new Matrix(b, transposed, Math.toIntExact(s.cols()), s.rows() * s.cols());
        }
    }

    /**
     * C = α·op(A)·op(B), or C += that. If the batch shares one B, or C is the sum over the batch, the matrices of A are
     * stacked into one and there is a single product.
     *
     * @param a A, [batch, m, k]; transposed [batch, k, m]
     * @param b B, [batch, k, n]; transposed [batch, n, k]; [1, …] for one B where A is not transposed
     * @param c C, [batch, m, n]; [1, m, n] for the sum over the batch where A is transposed
     */
    public static Gemm ofRows(
            Buffer a, boolean transposedA, Buffer b, boolean transposedB, Buffer c, float alpha, boolean accumulate) {
        Shape sa = a.shape();
        boolean stacked = b.shape().batch() == 1 || c.shape().batch() == 1;
        int rows = Math.toIntExact(stacked ? sa.batch() * sa.rows() : sa.rows());
        int cols = Math.toIntExact(sa.cols());
        return new Gemm(
                Matrix.ofRows(b, transposedB),
                Matrix.ofRows(a, transposedA),
                Matrix.ofRows(c, false),
                Math.toIntExact(c.shape().cols()),
                transposedA ? cols : rows,
                transposedA ? rows : cols,
                stacked ? 1 : Math.toIntExact(sa.batch()),
                alpha,
                accumulate ? 1f : 0f);
    }
}
