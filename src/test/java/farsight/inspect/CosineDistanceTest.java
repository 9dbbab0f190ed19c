package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CosineDistanceTest {

    private static final double CLOSE = 1e-12;

    private static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static Distance closed(float[] matrix, int width) {
        return new CosineDistance(width).addAll(matrix).average(matrix.length / width);
    }

    /** The definition: matrix [N, width]. */
    private static double byPairs(float[] matrix, int width) {
        int n = matrix.length / width;
        double total = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                total += (1 - cosine(matrix, i * width, j * width, width)) / 2;
            }
        }
        return total / ((double) n * n);
    }

    private static double cosine(float[] m, int a, int b, int width) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int k = 0; k < width; k++) {
            dot += (double) m[a + k] * m[b + k];
            aa += (double) m[a + k] * m[a + k];
            bb += (double) m[b + k] * m[b + k];
        }
        return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 5", "2, 1", "7, 3", "64, 16", "101, 2"})
    void theClosedFormIsTheAverageOverAllPairs(int n, int width) {
        float[] matrix = normal(n * width, n);
        assertThat(closed(matrix, width).value()).isCloseTo(byPairs(matrix, width), within(CLOSE));
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "8"})
    void aZeroVectorHasCosineZeroToEveryVectorInBothForms(int zeros) {
        float[] matrix = normal(8 * 4, 3);
        Arrays.fill(matrix, 0, zeros * 4, 0f);
        Distance distance = closed(matrix, 4);
        assertThat(distance.value()).isCloseTo(byPairs(matrix, 4), within(CLOSE));
        assertThat(distance.zeros()).isEqualTo(zeros);
        assertThat(closed(new float[8], 4).value()).isEqualTo(0.5);
    }

    @Test
    void equalVectorsAreAtDistanceZeroAndOppositeOnesAtAHalf() {
        assertThat(closed(new float[] {3, 4, 3, 4, 6, 8}, 2).value()).isCloseTo(0, within(CLOSE));
        assertThat(closed(new float[] {3, 4, -3, -4}, 2).value()).isCloseTo(0.5, within(CLOSE));
    }

    @Test
    void withoutZerosItIsTheDistanceOfTheOthers() {
        float[] matrix = normal(8 * 4, 3);
        Arrays.fill(matrix, 0, 12, 0f);
        double others = byPairs(Arrays.copyOfRange(matrix, 12, 32), 4);
        assertThat(closed(matrix, 4).withoutZeros()).isCloseTo(others, within(CLOSE));
        assertThat(closed(new float[8], 4).withoutZeros()).isZero();
    }

    @Test
    void lengthsDoNotMatter() {
        float[] matrix = normal(30, 5);
        float[] scaled = matrix.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= 1 + i / 3;
        }
        assertThat(closed(scaled, 3).value()).isCloseTo(closed(matrix, 3).value(), within(1e-7));
    }

    @Test
    void anEstimateFromASampleIsRightOnAverage() {
        float[] matrix = normal(6 * 3, 9);
        Arrays.fill(matrix, 0, 3, 0f);
        double sum = 0;
        int samples = 0;
        for (int a = 0; a < 6; a++) {
            for (int b = a + 1; b < 6; b++) {
                CosineDistance two = new CosineDistance(3);
                two.add(matrix, 3 * a);
                two.add(matrix, 3 * b);
                sum += two.average(6).value();
                samples++;
                assertThat(two.average(6).exact()).isFalse();
            }
        }
        assertThat(sum / samples).isCloseTo(byPairs(matrix, 3), within(CLOSE));
    }
}
