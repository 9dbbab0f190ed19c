package farsight.inspect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Small dense matrices in float64, [rows][cols]. */
final class Matrices {

    private static final int BLOCK = 1 << 13;

    private Matrices() {}

    /** XᵀX of X [N, d] row-major, summed in blocks of rows so that N may be large. */
    static double[][] gram(float[] x, int d) {
        int n = x.length / d;
        double[][][] parts = IntStream.range(0, Math.ceilDiv(n, BLOCK))
                .parallel()
                .mapToObj(block -> gram(x, d, block * BLOCK, Math.min(n, (block + 1) * BLOCK)))
                .toArray(double[][][]::new);
        double[][] sum = new double[d][d];
        for (double[][] part : parts) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    sum[i][j] += part[i][j];
                }
            }
        }
        return sum;
    }

    private static double[][] gram(float[] x, int d, int first, int end) {
        double[][] g = new double[d][d];
        for (int r = first; r < end; r++) {
            for (int i = 0; i < d; i++) {
                double v = x[r * d + i];
                double[] row = g[i];
                if (v != 0) {
                    for (int j = 0; j < d; j++) {
                        row[j] += v * x[r * d + j];
                    }
                }
            }
        }
        return g;
    }

    /** A·Bᵀ: A [m, k], B [n, k]. */
    static double[][] timesTransposed(double[][] a, double[][] b) {
        return IntStream.range(0, a.length)
                .parallel()
                .mapToObj(i -> {
                    double[] row = new double[b.length];
                    for (int j = 0; j < b.length; j++) {
                        row[j] = dot(a[i], b[j]);
                    }
                    return row;
                })
                .toArray(double[][]::new);
    }

    /** Aᵀ. */
    static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < t.length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    /** Σ_ij A_ij·B_ij. */
    static double dot(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += dot(a[i], b[i]);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    /** Eigenvalues, descending, of a positive semidefinite matrix; values that rounding left below 0 become 0. */
    static double[] eigenvalues(double[][] symmetric) {
        return Arrays.stream(SymmetricEigen.of(symmetric, false).values())
                .map(v -> Math.max(0, v))
                .boxed()
                .sorted(Comparator.reverseOrder())
                .mapToDouble(v -> v)
                .toArray();
    }

    /** The square root of a positive semidefinite matrix: R·R = S, R symmetric. */
    static double[][] root(double[][] symmetric) {
        SymmetricEigen e = SymmetricEigen.of(symmetric, true);
        double[][] v = transposed(e.vectors());
        int n = symmetric.length;
        double[][] scaled = new double[n][n];
        for (int k = 0; k < n; k++) {
            double factor = Math.sqrt(Math.max(0, e.values()[k]));
            for (int i = 0; i < n; i++) {
                scaled[i][k] = v[i][k] * factor;
            }
        }
        return timesTransposed(scaled, v);
    }

    /**
     * An orthonormal basis of the columns of Ψ, as rows: [r][N], r ≤ d. Directions in which Ψ has less than 1e-5 of its
     * largest singular value are left out, because float32 cannot tell them from zero.
     */
    static double[][] basis(double[][] psi) {
        double[][] columns = transposed(psi);
        SymmetricEigen e = SymmetricEigen.of(timesTransposed(columns, columns), true);
        double[] values = e.values();
        double largest = e.largest();
        int[] kept = IntStream.range(0, values.length)
                .filter(k -> values[k] > 1e-10 * largest)
                .toArray();
        double[][] basis = new double[kept.length][psi.length];
        for (int r = 0; r < kept.length; r++) {
            double scale = 1 / Math.sqrt(values[kept[r]]);
            for (int k = 0; k < columns.length; k++) {
                double factor = e.vectors()[kept[r]][k] * scale;
                for (int i = 0; i < psi.length; i++) {
                    basis[r][i] += factor * columns[k][i];
                }
            }
        }
        return basis;
    }
}
