package farsight.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesResizeTest {
    private static Image noise(int width, int height) {
        Random random = new Random(3);
        float[] rgb = new float[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = random.nextFloat();
        }
        return new Image(width, height, rgb);
    }

    private static double mean(Image image) {
        double sum = 0;
        for (float value : image.rgb()) {
            sum += value;
        }
        return sum / image.rgb().length;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "64, 48", "100, 1", "1, 100", "33, 101", "500, 500"})
    void aConstantImageStaysConstant(int width, int height) {
        float[] rgb = new float[3 * 64 * 48];
        Arrays.fill(rgb, 0.3f);
        Image resized = Images.resize(new Image(64, 48, rgb), width, height);
        assertThat(resized.width()).isEqualTo(width);
        assertThat(resized.height()).isEqualTo(height);
        assertThat(resized.rgb()).containsOnly(0.3f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "8, 6", "16, 12", "40, 25", "128, 96"})
    void theMeanIsNearlyKept(int width, int height) {
        Image image = noise(64, 48);
        assertThat(mean(Images.resize(image, width, height))).isCloseTo(mean(image), within(0.02));
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "200, 13", "3, 150"})
    void valuesStayBetweenTheLeastAndTheLargest(int width, int height) {
        for (float value : Images.resize(noise(31, 17), width, height).rgb()) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @Test
    void halvingWeighsNeighboursByTheTriangle() {
        // Step 2: output 1 has its centre between inputs 2 and 3 and reaches 2 to either side.
        float[] rgb = new float[3 * 6];
        for (int x = 0; x < 6; x++) {
            rgb[3 * x] = x * x / 25f;
        }
        Image half = Images.resize(new Image(6, 1, rgb), 3, 1);
        float expected = (0.25f * 1 + 0.75f * 4 + 0.75f * 9 + 0.25f * 16) / 2 / 25;
        assertThat(half.rgb()[3]).isCloseTo(expected, within(1e-6f));
    }

    @Test
    void doublingInterpolatesBetweenNeighbours() {
        Image image = new Image(2, 1, new float[] {0, 0, 0, 1, 1, 1});
        Image wide = Images.resize(image, 4, 1);
        assertThat(new float[] {wide.rgb()[0], wide.rgb()[3], wide.rgb()[6], wide.rgb()[9]})
                .containsExactly(0, 0.25f, 0.75f, 1);
    }

    @Test
    void channelsDoNotMix() {
        float[] rgb = new float[3 * 20 * 20];
        for (int i = 1; i < rgb.length; i += 3) {
            rgb[i] = 1;
        }
        Image resized = Images.resize(new Image(20, 20, rgb), 9, 31);
        for (int i = 0; i < resized.rgb().length; i++) {
            assertThat(resized.rgb()[i]).isEqualTo(i % 3 == 1 ? 1f : 0f);
        }
    }

    @Test
    void turnedImagesGiveTurnedResults() {
        Image image = noise(20, 30);
        Image upright = Images.resize(image, 7, 50);
        Image turned = Images.resize(transposed(image), 50, 7);
        assertThat(transposed(turned).rgb()).containsExactly(upright.rgb(), within(1e-6f));
    }

    @Test
    void theSameSizeIsTheSameImage() {
        Image image = noise(5, 4);
        assertThat(Images.resize(image, 5, 4).rgb()).containsExactly(image.rgb());
    }

    @Test
    void resizingTwiceGivesTheSameBits() {
        Image image = noise(64, 48);
        assertThat(Images.resize(image, 31, 29).rgb())
                .containsExactly(Images.resize(image, 31, 29).rgb());
    }

    @Test
    void sizesOutOfBoundsAreRefused() {
        Image image = noise(2, 2);
        assertThatThrownBy(() -> Images.resize(image, 0, 5)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Images.resize(image, 5, -1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Images.resize(image, 1 << 20, 1 << 20)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> new Image(2, 2, new float[11])).isInstanceOf(DataException.class);
    }

    private static Image transposed(Image image) {
        float[] rgb = new float[image.rgb().length];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                System.arraycopy(image.rgb(), 3 * (y * image.width() + x), rgb, 3 * (x * image.height() + y), 3);
            }
        }
        return new Image(image.height(), image.width(), rgb);
    }
}
