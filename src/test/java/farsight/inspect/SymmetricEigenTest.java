package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymmetricEigenTest {

    /** B·Bᵀ, B of normal numbers, of that rank, and below it another of that size. */
    private static double[][] gram(int n, int rank, double rest) {
        Random random = new Random(5);
        double[][] b = new double[n][n];
        for (double[] row : b) {
            for (int k = 0; k < n; k++) {
                row[k] = random.nextGaussian() * (k < rank ? 1 : rest);
            }
        }
        return Matrices.timesTransposed(b, b);
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "2,2,0", "3,1,0", "40,40,0", "40,3,0", "40,1,1e-8", "40,1,1e-170", "200,1,1e-4", "200,0,0"})
    void vectorsAreOrthonormalAndReconstructTheMatrix(int n, int rank, double rest) {
        double[][] a = gram(n, rank, rest);
        SymmetricEigen e = SymmetricEigen.of(a, true);
        double[][] v = e.vectors();
        double size = Math.max(Math.sqrt(Matrices.dot(a, a)), Double.MIN_NORMAL);
        double[][] scaled = Matrices.transposed(v);
        for (double[] row : scaled) {
            Arrays.setAll(row, k -> row[k] * e.values()[k]);
        }
        double[][] again = Matrices.timesTransposed(scaled, Matrices.transposed(v));
        double[][] square = Matrices.timesTransposed(v, v);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                assertThat(again[i][j]).isCloseTo(a[i][j], within(1e-12 * size));
                assertThat(square[i][j]).isCloseTo(i == j ? 1 : 0, within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1e-300", "1e-30", "1", "1e300"})
    void knownEigenvaluesAreFoundAtAnySize(double size) {
        double[] values = Matrices.eigenvalues(
                new double[][] {{2 * size, -size, 0}, {-size, 2 * size, -size}, {0, -size, 2 * size}});
        double root = Math.sqrt(2);
        assertThat(values[0] / size).isCloseTo(2 + root, within(1e-14));
        assertThat(values[1] / size).isCloseTo(2, within(1e-14));
        assertThat(values[2] / size).isCloseTo(2 - root, within(1e-14));
    }

    /** Rows of an attention that hardly depends on the query: solvers that compare neighbours do not end here. */
    @ParameterizedTest
    @CsvSource({"64, 1e-7", "128, 1e-7", "256, 1e-6"})
    void nearlyEqualRowsHaveASpectrum(int n, double apart) {
        Random random = new Random(0);
        double[] row = random.doubles(n).toArray();
        double[][] rows = new double[n][n];
        for (double[] near : rows) {
            Arrays.setAll(near, k -> row[k] + apart * random.nextGaussian());
        }
        Spectrum s = Spectrum.of(rows, true);
        assertThat(s.rankFor(0.99)).isEqualTo(1);
        assertThat(s.singular()[0]).isCloseTo(Math.sqrt(Matrices.dot(rows, rows)), within(1e-6));
    }

    @Test
    void nonFiniteInputIsReportedInOneLine() {
        assertThatThrownBy(() -> SymmetricEigen.of(new double[][] {{Double.NaN}}, false))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("NaN or infinite");
    }
}
