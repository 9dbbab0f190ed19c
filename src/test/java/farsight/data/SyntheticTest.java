package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticTest {
    private static Tensor normal(long count, long seed) {
        Tensor out = Tensor.allocate(count);
        Synthetic.normal(out.values(), count, seed);
        return out;
    }

    @Test
    void theValuesOfASeedNeverChange() {
        // By Python's statistics.NormalDist().inv_cdf, which is AS 241 too.
        assertThat(normal(5, 42).toArray())
                .containsExactly(0.23635761f, 0.24331388f, -0.9929573f, -0.96849823f, -1.6643045f);
    }

    @Test
    void theMomentsAreThoseOfTheNormalDistribution() {
        float[] values = normal(1 << 20, 1).toArray();
        double[] moments = new double[5];
        int beyondThree = 0;
        for (float value : values) {
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(value, power) / values.length;
            }
            beyondThree += Math.abs(value) > 3 ? 1 : 0;
        }
        assertThat(moments[1]).isCloseTo(0, within(0.005));
        assertThat(moments[2]).isCloseTo(1, within(0.008));
        assertThat(moments[3]).isCloseTo(0, within(0.02));
        assertThat(moments[4]).isCloseTo(3, within(0.06));
        assertThat(beyondThree / (double) values.length).isCloseTo(0.0026998, within(0.0002));
    }

    @Test
    void neighboursAndSeedsAreUncorrelated() {
        float[] one = normal(1 << 18, 1).toArray();
        float[] two = normal(1 << 18, 2).toArray();
        double neighbours = 0;
        double seeds = 0;
        for (int i = 1; i < one.length; i++) {
            neighbours += (double) one[i] * one[i - 1] / one.length;
            seeds += (double) one[i] * two[i] / one.length;
        }
        assertThat(neighbours).isCloseTo(0, within(0.01));
        assertThat(seeds).isCloseTo(0, within(0.01));
    }

    @Test
    void aLongerArrayBeginsAsAShorterOneDoes() {
        assertThat(Arrays.copyOf(normal(200_000, 9).toArray(), 70_001))
                .containsExactly(normal(70_001, 9).toArray());
    }

    @Test
    void theNumberOfThreadsMakesNoDifference() {
        Tensor expected = normal(300_000, 3);
        for (int threads : new int[] {1, 2, 7}) {
            try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                assertThat(pool.submit(() -> normal(300_000, 3)).join()).isEqualTo(expected);
            }
        }
        try (Arena confined = Arena.ofConfined()) {
            Tensor out = new Tensor(new long[] {300_000}, confined.allocate(1_200_000, 4));
            Synthetic.normal(out.values(), 300_000, 3);
            assertThat(out).isEqualTo(expected);
        }
    }

    @Test
    void onlyTheCountIsWritten() {
        Tensor out = Tensor.allocate(10);
        Synthetic.normal(out.values(), 4, 1);
        assertThat(Arrays.copyOfRange(out.toArray(), 4, 10)).containsOnly(0f);
        Synthetic.normal(out.values(), 0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0",
        "0.6, 0.2533471031357998",
        "0.075, -1.4395314709384557",
        "0.925, 1.439531470938456",
        "0.01, -2.3263478740408408",
        "0.999, 3.090232306167813",
        "0.0001, -3.71901648545568",
        "1e-9, -5.9978070150076865",
        "1e-12, -7.034483825301132",
        "5.551115123125783e-17, -8.292361075813595"
    })
    void theQuantileIsExactToFifteenDigits(double probability, double quantile) {
        assertThat(NormalQuantile.of(probability)).isCloseTo(quantile, within(1e-14 * (1 + Math.abs(quantile))));
    }

    @Test
    void aCountThatDoesNotFitIsRefused() {
        Tensor out = Tensor.allocate(3);
        assertThatThrownBy(() -> Synthetic.normal(out.values(), 4, 1))
                .isInstanceOf(DataException.class)
                .hasMessage("cannot write 4 values into 12 bytes");
        assertThatThrownBy(() -> Synthetic.normal(out.values(), -1, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Synthetic.normal(out.values(), Long.MAX_VALUE, 1))
                .isInstanceOf(DataException.class);
    }
}
