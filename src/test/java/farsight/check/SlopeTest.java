package farsight.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlopeTest {

    private static final double SIGMA = 1e-6;

    private static DoubleUnaryOperator noisy(DoubleUnaryOperator f) {
        Random random = new Random(5);
        return h -> f.applyAsDouble(h) + SIGMA * random.nextGaussian();
    }

    @Test
    void theSlopeOfASmoothFunctionIsFoundWithinItsOwnError() {
        Slope slope = Slope.of(noisy(h -> Math.exp(2 * h) + Math.sin(3 * h)), SIGMA);
        assertThat(slope.value()).isCloseTo(5, within(slope.error()));
        assertThat(slope.error()).isLessThan(1e-3);
        assertThat(slope.noise()).isLessThan(slope.error());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.03, 0.003, 1e-3, 1e-4, 1e-5})
    void aKinkNearbyIsAvoidedOrCountedAsError(double kink) {
        Slope slope = Slope.of(noisy(h -> 2 * h + 3 * Math.max(0, h - kink)), SIGMA);
        assertThat(slope.value()).isCloseTo(2, within(slope.error()));
    }

    @Test
    void aKinkInTheMiddleIsNoSlope() {
        assertThat(Slope.of(noisy(Math::abs), SIGMA).error()).isGreaterThan(0.4);
    }

    @Test
    void theNoiseIsFoundWhateverTheFunction() {
        double mean = 0;
        for (int i = 0; i < 100; i++) {
            Random random = new Random(i);
            mean += Slope.noiseVariance(h -> Math.exp(2 * h) + SIGMA * random.nextGaussian()) / 100;
        }
        assertThat(Math.sqrt(mean)).isBetween(0.8 * SIGMA, 1.25 * SIGMA);
    }

    @Test
    void aNonFiniteFunctionHasNoSlope() {
        assertThat(Slope.of(h -> Double.NaN, SIGMA).value()).isNaN();
    }
}
