package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimateTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 31})
    void theIntervalHoldsTheTruthNineteenTimesOutOfTwenty(int n) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(n);
        int trials = 20_000;
        int held = 0;
        for (int t = 0; t < trials; t++) {
            Estimate e = Estimate.of(IntStream.range(0, n)
                    .mapToObj(_ -> 7 + 3 * random.nextGaussian())
                    .toList());
            held += e.low() <= 7 && 7 <= e.high() ? 1 : 0;
        }
        // Four standard deviations of such a share.
        assertThat(held / (double) trials).isCloseTo(0.95, within(0.0062));
    }

    @Test
    void oneValueTellsNothingOfItsSpread() {
        Estimate e = Estimate.of(List.of(0.5));
        assertThat(e.mean()).isEqualTo(0.5);
        assertThat(e.low()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(e.high()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void equalValuesHaveAnIntervalOfOnePoint() {
        assertThat(Estimate.of(List.of(0.25, 0.25, 0.25))).isEqualTo(new Estimate(0.25, 0.25, 0.25, 3));
    }
}
