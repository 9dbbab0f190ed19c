package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.data.image.Image;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StemTest {
    private static float[] noise(int length) {
        Random random = new Random(7);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static Image image(int width, int height) {
        return new Image(width, height, noise(3 * width * height));
    }

    private static Tensor lift(Image image, int channels, long seed) {
        Tensor out = Tensor.allocate(image.pixels(), channels);
        Stem.lift(image, channels, seed, out.values());
        return out;
    }

    private static Tensor liftPoints(float[] features, int perPoint, int channels, long seed) {
        long points = features.length / perPoint;
        Tensor out = Tensor.allocate(points, channels);
        Stem.liftPoints(features, perPoint, points, channels, seed, out.values());
        return out;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 5, 3", "5, 1, 3", "2, 2, 8", "67, 5, 7", "130, 3, 16"})
    void everyOutputIsTheConvolutionAsDefined(int width, int height, int channels) {
        Image image = image(width, height);
        Tensor weights = Stem.weights(channels, 11);
        Tensor out = lift(image, channels, 11);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    assertThat((double) out.get(((long) y * width + x) * channels + c))
                            .isCloseTo(convolution(image, weights, y, x, c), within(1e-5));
                }
            }
        }
    }

    private static double convolution(Image image, Tensor weights, int y, int x, int c) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int u = 0; u < 3; u++) {
                for (int v = 0; v < 3; v++) {
                    int row = y + u - 1;
                    int column = x + v - 1;
                    if (row >= 0 && row < image.height() && column >= 0 && column < image.width()) {
                        sum += (double) weights.get(((c * 3L + i) * 3 + u) * 3 + v)
                                * image.rgb()[(row * image.width() + column) * 3 + i];
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void pointsAreLiftedByTheProductWithTheWeights() {
        float[] features = noise(131 * 6);
        Tensor weights = Stem.pointWeights(5, 6, 3);
        Tensor out = liftPoints(features, 6, 5, 3);
        for (int n = 0; n < 131; n++) {
            for (int c = 0; c < 5; c++) {
                double sum = 0;
                for (int i = 0; i < 6; i++) {
                    sum += (double) weights.get(c * 6L + i) * features[n * 6 + i];
                }
                assertThat((double) out.get(n * 5L + c)).isCloseTo(sum, within(1e-5));
            }
        }
    }

    @Test
    void weightsHaveTheVarianceOfTheirFanIn() {
        assertVariance(Stem.weights(4096, 1), 2.0 / 27);
        assertVariance(Stem.pointWeights(8192, 9, 1), 2.0 / 9);
    }

    private static void assertVariance(Tensor weights, double expected) {
        double sum = 0;
        double squares = 0;
        for (float weight : weights.toArray()) {
            sum += weight;
            squares += (double) weight * weight;
        }
        assertThat(sum / weights.elements()).isCloseTo(0, within(0.01));
        assertThat(squares / weights.elements()).isCloseTo(expected, within(0.02 * expected));
    }

    @Test
    void theWeightsOfASeedNeverChange() {
        // Files made with a seed name it and count on this.
        assertThat(Stem.weights(2, 42).toArray()).startsWith(Stem.weights(1, 42).toArray());
        assertThat(Stem.weights(1, 42).toArray()).startsWith(-0.43412074f, -0.47886786f, -0.33288485f, -0.06755792f);
    }

    @Test
    void theSameSeedGivesTheSameBitsAndAnotherDoesNot() {
        Image image = image(20, 10);
        assertThat(lift(image, 8, 5)).isEqualTo(lift(image, 8, 5));
        assertThat(lift(image, 8, 5)).isNotEqualTo(lift(image, 8, 6));
    }

    @Test
    void theFirstChannelsDoNotDependOnHowManyThereAre() {
        Image image = image(9, 8);
        Tensor few = lift(image, 3, 5);
        Tensor many = lift(image, 10, 5);
        for (long n = 0; n < image.pixels(); n++) {
            for (long c = 0; c < 3; c++) {
                assertThat(many.get(n * 10 + c)).isEqualTo(few.get(n * 3 + c));
            }
        }
    }

    @Test
    void theNumberOfThreadsMakesNoDifference() {
        Image image = image(150, 40);
        float[] points = noise(5000 * 3);
        Tensor lifted = lift(image, 16, 5);
        Tensor liftedPoints = liftPoints(points, 3, 16, 5);
        for (int threads : new int[] {1, 2, 7}) {
            try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                assertThat(pool.submit(() -> lift(image, 16, 5)).join()).isEqualTo(lifted);
                assertThat(pool.submit(() -> liftPoints(points, 3, 16, 5)).join())
                        .isEqualTo(liftedPoints);
            }
        }
        try (Arena confined = Arena.ofConfined()) {
            Tensor out = new Tensor(lifted.shape(), confined.allocate(4 * lifted.elements(), 4));
            Stem.lift(image, 16, 5, out.values());
            assertThat(out).isEqualTo(lifted);
        }
    }

    @Test
    void permutedPointsGivePermutedFeatures() {
        float[] points = noise(100 * 3);
        float[] reversed = new float[points.length];
        for (int n = 0; n < 100; n++) {
            System.arraycopy(points, 3 * n, reversed, 3 * (99 - n), 3);
        }
        Tensor lifted = liftPoints(points, 3, 4, 5);
        Tensor liftedReversed = liftPoints(reversed, 3, 4, 5);
        for (int n = 0; n < 100; n++) {
            for (int c = 0; c < 4; c++) {
                assertThat(liftedReversed.get((99 - n) * 4L + c)).isEqualTo(lifted.get(n * 4L + c));
            }
        }
    }

    @Test
    void anOutputTooSmallAndCountsOutOfBoundsAreRefused() {
        Image image = image(4, 4);
        Tensor out = Tensor.allocate(16 * 2);
        assertThatThrownBy(() -> Stem.lift(image, 3, 1, out.values()))
                .isInstanceOf(DataException.class)
                .hasMessage("16 positions of 3 channels take 192 bytes, the output has 128");
        assertThatThrownBy(() -> Stem.lift(image, 0, 1, out.values())).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Stem.weights(Integer.MAX_VALUE, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Stem.pointWeights(1 << 16, 1 << 16, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Stem.liftPoints(new float[7], 2, 3, 1, 1, out.values()))
                .isInstanceOf(DataException.class)
                .hasMessage("7 point features are not 3 points of 2 features each");
        assertThatThrownBy(() -> Stem.liftPoints(new float[7], 2, Long.MAX_VALUE, 1, 1, out.values()))
                .isInstanceOf(DataException.class);
    }
}
