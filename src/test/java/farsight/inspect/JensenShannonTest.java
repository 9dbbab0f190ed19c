package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class JensenShannonTest {

    private static float[][] distributions(int n, int width, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[n][width];
        for (float[] row : rows) {
            float sum = 0;
            for (int k = 0; k < width; k++) {
                row[k] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
                sum += row[k];
            }
            for (int k = 0; k < width; k++) {
                row[k] /= sum;
            }
        }
        return rows;
    }

    /** The definition, for two distributions. */
    private static double divergence(float[] p, float[] q) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double both = (double) p[k] + q[k];
            sum += p[k] > 0 ? p[k] * Math.log(2 * p[k] / both) : 0;
            sum += q[k] > 0 ? q[k] * Math.log(2 * q[k] / both) : 0;
        }
        return sum / 2;
    }

    private static double byPairs(float[][] rows) {
        double sum = 0;
        for (float[] p : rows) {
            for (float[] q : rows) {
                sum += divergence(p, q);
            }
        }
        return sum / ((double) rows.length * rows.length);
    }

    @Test
    void theAverageIsTheDefinitionOverAllPairs() {
        for (int n : new int[] {1, 2, 9, 40}) {
            float[][] rows = distributions(n, 17, n);
            Distance distance = JensenShannon.average(rows, n);
            assertThat(distance.value()).isCloseTo(byPairs(rows), within(1e-12));
            assertThat(distance.exact()).isTrue();
        }
    }

    @Test
    void aDistributionIsAtDivergenceZeroFromItselfAndAtLnTwoFromADisjointOne() {
        float[] p = {0.25f, 0.75f, 0, 0};
        float[] q = {0, 0, 0.5f, 0.5f};
        // Half of the four pairs are of different distributions.
        assertThat(JensenShannon.average(new float[][] {p, q}, 2).value()).isCloseTo(Math.log(2) / 2, within(1e-12));
        assertThat(JensenShannon.average(new float[][] {p, p, p}, 3).value()).isCloseTo(0, within(1e-15));
    }

    @Test
    void anEstimateFromASampleIsRightOnAverage() {
        float[][] rows = distributions(5, 8, 2);
        double sum = 0;
        for (int a = 0; a < 5; a++) {
            for (int b = 0; b < a; b++) {
                sum += JensenShannon.average(new float[][] {rows[a], rows[b]}, 5)
                        .value();
            }
        }
        assertThat(sum / 10).isCloseTo(byPairs(rows), within(1e-12));
    }
}
