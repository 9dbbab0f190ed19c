package farsight.vector.attention;

import farsight.kernel.CrissCrossKernels;
import farsight.vector.Twins;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class CrissCrossVectorTest {

    private static final String SHAPES = """
            1, 1, 1, 1
            2, 1, 7, 3
            3, 5, 1, 17
            2, 5, 9, 16
            1, 3, 301, 5
            1, 31, 30, 33
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void productsMatchTheKernel(int batch, int height, int width, int channels) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> arrays(batch, height, width, channels),
                    x -> CrissCrossKernels.crissCrossProducts(
                            x.get(1), x.get(2), x.get(0), batch, height, width, channels, add),
                    (x, workers) -> CrissCrossVector.crissCrossProducts(
                            x.get(1), x.get(2), x.get(0), batch, height, width, channels, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsMatchTheKernel(int batch, int height, int width, int channels) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> arrays(batch, height, width, channels),
                    x -> CrissCrossKernels.crissCrossSums(
                            x.get(0), x.get(1), x.get(2), batch, height, width, channels, add, channels),
                    (x, workers) -> CrissCrossVector.crissCrossSums(
                            x.get(0), x.get(1), x.get(2), batch, height, width, channels, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsMatchTheKernel(int batch, int height, int width, int channels) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> arrays(batch, height, width, channels),
                    x -> CrissCrossKernels.crissCrossReturns(
                            x.get(0), x.get(1), x.get(2), batch, height, width, channels, add, channels),
                    (x, workers) -> CrissCrossVector.crissCrossReturns(
                            x.get(0), x.get(1), x.get(2), batch, height, width, channels, add, workers));
        }
    }

    /** A number a pair, and two maps of features. */
    private static List<FloatArray> arrays(int batch, int height, int width, int channels) {
        int positions = batch * height * width;
        return List.of(
                Twins.normal((long) positions * (height + width - 1), 1),
                Twins.normal((long) positions * channels, 2),
                Twins.normal((long) positions * channels, 3));
    }
}
