package farsight.op;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * sgemm as the BLAS standard has it, for one product or a batch: matrices column by column, element (i, j) of a matrix
 * with leading dimension ld at i + j·ld. C = α·op(A)·op(B) + β·C, and β = 0 does not read C.
 */
public final class Blas {

    private Blas() {}

    /** What {@link Gemm} says, called as a library would be: with no more than its numbers and three arrays. */
    public static void run(Gemm g, Storage at) {
        for (int item = 0; item < g.batch(); item++) {
            sgemm(
                    g.left().transposed(),
                    g.right().transposed(),
                    g.m(),
                    g.n(),
                    g.k(),
                    g.alpha(),
                    new Place(at.of(g.left().buffer()), item * g.left().stride()),
                    g.left().leading(),
                    new Place(at.of(g.right().buffer()), item * g.right().stride()),
                    g.right().leading(),
                    g.beta(),
                    new Place(at.of(g.result().buffer()), item * g.result().stride()),
                    g.result().leading());
        }
    }

    /** Where a matrix begins. */
    public record Place(FloatArray array, long first) {
        private float get(long i) {
            return array.get(Math.toIntExact(first + i));
        }

        private void set(long i, float v) {
            array.set(Math.toIntExact(first + i), v);
        }
    }

    /**
     * The standard's sgemm, with its checks.
     *
     * @throws IllegalArgumentException for a leading dimension below the rows of its matrix, as BLAS refuses it
     */
    public static void sgemm(
            boolean transposedA,
            boolean transposedB,
            int m,
            int n,
            int k,
            float alpha,
            Place a,
            int lda,
            Place b,
            int ldb,
            float beta,
            Place c,
            int ldc) {
        if (lda < (transposedA ? k : m) || ldb < (transposedB ? n : k) || ldc < m) {
            throw new IllegalArgumentException(
                    "leading dimensions %d, %d, %d of m %d, n %d, k %d".formatted(lda, ldb, ldc, m, n, k));
        }
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a.get(transposedA ? p + (long) i * lda : i + (long) p * lda)
                            * b.get(transposedB ? j + (long) p * ldb : p + (long) j * ldb);
                }
                long at = i + (long) j * ldc;
                c.set(at, (float) (alpha * sum + (beta == 0 ? 0 : beta * c.get(at))));
            }
        }
    }
}
