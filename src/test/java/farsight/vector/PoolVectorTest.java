package farsight.vector;

import farsight.kernel.PoolKernels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class PoolVectorTest {

    private static final String SHAPES = """
            1, 2, 2, 1
            2, 3, 2, 3
            3, 2, 5, 1
            1, 7, 7, 16
            2, 5, 9, 17
            1, 64, 48, 33
            1, 31, 30, 100
            40, 4, 4, 7
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void poolsAreTheKernels(int batch, int height, int width, int channels) {
        Twins.agree(
                () -> arrays(batch, height, width, channels),
                x -> PoolKernels.maxPool(x.get(0), x.get(1), batch, height, width, channels, channels),
                (x, workers) -> PoolVector.maxPool(x.get(0), x.get(1), batch, height, width, channels, workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsAreTheKernels(int batch, int height, int width, int channels) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> {
                        List<FloatArray> x = arrays(batch, height, width, channels);
                        PoolKernels.maxPool(x.get(0), x.get(1), batch, height, width, channels, channels);
                        return x;
                    },
                    x -> PoolKernels.maxPoolGradient(
                            x.get(0), x.get(1), x.get(2), x.get(3), batch, height, width, channels, add, channels),
                    (x, workers) -> PoolVector.maxPoolGradient(
                            x.get(0), x.get(1), x.get(2), x.get(3), batch, height, width, channels, add, workers));
        }
    }

    /** x of few different values, so that windows have several maxima; y, dy; dx. */
    private static List<FloatArray> arrays(int batch, int height, int width, int channels) {
        int size = batch * height * width * channels;
        int pooled = batch * (height / 2) * (width / 2) * channels;
        FloatArray x = new FloatArray(size);
        Random random = new Random(size);
        for (int i = 0; i < size; i++) {
            x.set(i, random.nextInt(-1, 2));
        }
        return List.of(x, Twins.normal(pooled, 1), Twins.normal(pooled, 2), Twins.normal(size, 3));
    }
}
