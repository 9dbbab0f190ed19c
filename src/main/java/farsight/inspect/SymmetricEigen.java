package farsight.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to tridiagonal form T, then implicit QL
 * steps. Both are backward stable, so the result is exact for a matrix within rounding of ‖A‖, and off-diagonal
 * elements below that count as 0. The common alternative, comparing them with their neighbours on the diagonal, never
 * ends for matrices of low rank, whose neighbours are rounding themselves.
 *
 * <p>Source: The QR and QL Algorithms for Symmetric Matrices (Bowdler, Martin, Reinsch and Wilkinson 1968).
 */
final class SymmetricEigen {

    private static final double ROUNDING = 0x1p-52;

    /** Relative to the largest element: the square of anything smaller would underflow. */
    private static final double NOTHING = 1e-100;

    /** Most QL steps per eigenvalue; two or three are usual. */
    private static final int MOST_STEPS = 100;

    private final double[] values;
    private final double[] beside;
    private final double[][] vectors;

    private SymmetricEigen(int n, boolean withVectors) {
        values = new double[n];
        beside = new double[n];
        vectors = new double[withVectors ? n : 0][n];
    }

    /**
     * Computes the decomposition.
     *
     * @param symmetric the matrix; rounding may have left its halves unequal; not modified
     * @param withVectors whether to compute eigenvectors too
     * @throws ArithmeticException in one line when the matrix holds NaN or infinite values, or QL does not converge
     */
    static SymmetricEigen of(double[][] symmetric, boolean withVectors) {
        int n = symmetric.length;
        double largest = 0;
        for (double[] row : symmetric) {
            for (double v : row) {
                if (!Double.isFinite(v)) {
                    throw new ArithmeticException("the matrix holds values that are NaN or infinite");
                }
                largest = Math.max(largest, Math.abs(v));
            }
        }
        SymmetricEigen e = new SymmetricEigen(n, withVectors);
        // Scaled to size 1, so that no square overflows or underflows a double; 1/largest might.
        double[][] a = new double[n][n];
        for (int i = 0; i < n && largest > 0; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = symmetric[i][j] / largest / 2 + symmetric[j][i] / largest / 2;
            }
        }
        e.tridiagonal(a);
        e.diagonal();
        for (int i = 0; i < n; i++) {
            e.values[i] *= largest;
        }
        return e;
    }

    /** The eigenvalues, in no order. */
    double[] values() {
        return values;
    }

    /** The eigenvector of length 1 of each value, as rows. */
    double[][] vectors() {
        return vectors;
    }

    // H·A·H for one column after the other, H = I − 2vvᵀ: A − 2(v·wᵀ + w·vᵀ), w = A·v − v·(vᵀA·v).
    private void tridiagonal(double[][] a) {
        int n = a.length;
        List<double @Nullable []> reflections = new ArrayList<>();
        for (int k = 0; k + 1 < n; k++) {
            double[] v = reflection(a, k);
            reflections.add(v);
            if (v == null) {
                continue;
            }
            double[] w = new double[n];
            double inner = 0;
            for (int i = k + 1; i < n; i++) {
                w[i] = dot(a[i], v, k + 1);
                inner += w[i] * v[i];
            }
            for (int i = k + 1; i < n; i++) {
                w[i] -= inner * v[i];
            }
            for (int i = k + 1; i < n; i++) {
                double vi = 2 * v[i];
                double wi = 2 * w[i];
                double[] row = a[i];
                for (int j = k + 1; j < n; j++) {
                    row[j] -= vi * w[j] + wi * v[j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            values[i] = a[i][i];
        }
        accumulate(reflections);
    }

    /** The v that brings column k into the form (…, e, 0, …, 0), and e; null where the column already has it. */
    private double @Nullable [] reflection(double[][] a, int k) {
        int n = a.length;
        double[] v = new double[n];
        System.arraycopy(a[k], k + 1, v, k + 1, n - k - 1);
        double norm = Math.sqrt(dot(v, v, k + 1));
        if (k + 2 == n || norm < NOTHING) {
            beside[k] = k + 2 == n ? v[k + 1] : 0;
            return null;
        }
        beside[k] = v[k + 1] > 0 ? -norm : norm;
        v[k + 1] -= beside[k];
        double length = Math.sqrt(dot(v, v, k + 1));
        for (int i = k + 1; i < n; i++) {
            v[i] /= length;
        }
        return v;
    }

    private void accumulate(List<double @Nullable []> reflections) {
        for (int i = 0; i < vectors.length; i++) {
            vectors[i][i] = 1;
        }
        for (int k = vectors.length - 2; k >= 0; k--) {
            double[] v = reflections.get(k);
            if (v != null) {
                for (double[] row : vectors) {
                    double twice = 2 * dot(row, v, k + 1);
                    for (int j = k + 1; j < row.length; j++) {
                        row[j] -= twice * v[j];
                    }
                }
            }
        }
    }

    private void diagonal() {
        double size = 0;
        for (int i = 0; i < values.length; i++) {
            size = Math.max(size, Math.abs(values[i]) + Math.abs(beside[i]));
        }
        for (int first = 0; first < values.length; first++) {
            int steps = 0;
            for (int end = end(first, size); end > first; end = end(first, size)) {
                if (steps++ == MOST_STEPS) {
                    throw new ArithmeticException("its eigenvalues did not converge in " + MOST_STEPS + " steps");
                }
                step(first, end);
            }
        }
    }

    /** End of the part of T that starts at {@code first} and has no 0 beside its diagonal. */
    private int end(int first, double size) {
        int end = first;
        while (end + 1 < values.length && Math.abs(beside[end]) > ROUNDING * size) {
            end++;
        }
        return end;
    }

    /** One implicit QL step on a part of T, with Wilkinson's shift. */
    private void step(int first, int end) {
        double g = (values[first + 1] - values[first]) / (2 * beside[first]);
        double r = Math.hypot(g, 1);
        g = values[end] - values[first] + beside[first] / (g + Math.copySign(r, g));
        double sine = 1;
        double cosine = 1;
        double p = 0;
        for (int i = end - 1; i >= first; i--) {
            double f = sine * beside[i];
            double b = cosine * beside[i];
            r = Math.hypot(f, g);
            beside[i + 1] = r;
            if (r == 0) {
                // T split here: both parts go on separately.
                values[i + 1] -= p;
                beside[end] = 0;
                return;
            }
            sine = f / r;
            cosine = g / r;
            g = values[i + 1] - p;
            r = (values[i] - g) * sine + 2 * cosine * b;
            p = sine * r;
            values[i + 1] = g + p;
            g = cosine * r - b;
            rotate(i, sine, cosine);
        }
        values[first] -= p;
        beside[first] = g;
        beside[end] = 0;
    }

    private void rotate(int i, double sine, double cosine) {
        if (vectors.length > 0) {
            double[] left = vectors[i];
            double[] right = vectors[i + 1];
            for (int k = 0; k < left.length; k++) {
                double f = right[k];
                right[k] = sine * left[k] + cosine * f;
                left[k] = cosine * left[k] - sine * f;
            }
        }
    }

    private static double dot(double[] a, double[] b, int from) {
        double sum = 0;
        for (int k = from; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    /** The largest eigenvalue; 0 of an empty matrix. */
    double largest() {
        return Arrays.stream(values).max().orElse(0);
    }
}
