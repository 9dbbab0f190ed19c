package farsight.op;

import farsight.program.Buffer;
import farsight.program.Shape;

/**
 * A product of matrices as one call of BLAS, sgemm or its batched form: R = α·op(P)·op(Q) + β·R, matrices <b>column by
 * column</b>, as BLAS has them.
 *
 * <p>What lies row by row as [rows, cols] is, read column by column, the transpose [cols, rows] with leading dimension
 * cols. So C = op(A)·op(B) of rows is Cᵀ = op(B)ᵀ·op(A)ᵀ to BLAS: the factors change places, each keeps its flag, and m
 * and n change places too.
 *
 * @param left P, which is B
 * @param right Q, which is A
 * @param result R, which is C; never transposed
 * @param m rows of op(P) and R
 * @param n columns of op(Q) and R
 * @param k columns of op(P), rows of op(Q)
 * @param batch products, all alike
 * @param alpha α
 * @param beta β: 0 overwrites, and then R is not read; 1 adds
 */
public record Gemm(Matrix left, Matrix right, Matrix result, int m, int n, int k, int batch, float alpha, float beta) {

    /**
     * A matrix, or a batch of them.
     *
     * @param buffer where it lies
     * @param transposed whether op is the transpose
     * @param leading floats from one column to the next
     * @param stride floats from one matrix of the batch to the next
     */
    public record Matrix(Buffer buffer, boolean transposed, int leading, long stride) {

        /** A buffer's rows, which are BLAS's columns. */
        static Matrix ofRows(Buffer b, boolean transposed) {
            Shape s = b.shape();
            return new Matrix(b, transposed, Math.toIntExact(s.cols()), s.rows() * s.cols());
        }
    }

    /**
     * C = α·op(A)·op(B), or C += that. Where B is one matrix for the whole batch, or C the sum over the batch, the matrices
     * of A lie one under the other and are one: a single product.
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
