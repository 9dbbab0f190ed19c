package farsight.vector;

import farsight.kernel.PairKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class PairVectorTest {

    private static final String SHAPES = """
            1, 1, 1
            2, 7, 1
            3, 5, 3
            1, 1, 1031
            2, 17, 16
            1, 521, 33
            1, 257, 1021
            2, 31, 513
            1, 3, 5003
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsAreTheKernels(int batch, int rows, int cols) {
        Twins.agree(
                () -> arrays(batch, rows, cols),
                x -> PairKernels.pairSum(x.get(2), x.get(3), x.get(0), batch, rows, cols, 0.3f, cols),
                (x, workers) -> PairVector.pairSum(x.get(2), x.get(3), x.get(0), batch, rows, cols, 0.3f, workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsAreTheKernels(int batch, int rows, int cols) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> arrays(batch, rows, cols),
                    x -> {
                        PairKernels.pairRowGradient(
                                x.get(2), x.get(3), x.get(1), x.get(4), batch, rows, cols, 0.3f, add);
                        PairKernels.pairColumnGradient(
                                x.get(2), x.get(3), x.get(1), x.get(5), batch, rows, cols, 0.3f, add);
                    },
                    (x, workers) -> {
                        PairVector.pairRowGradient(
                                x.get(2), x.get(3), x.get(1), x.get(4), batch, rows, cols, 0.3f, add, workers);
                        PairVector.pairColumnGradient(
                                x.get(2), x.get(3), x.get(1), x.get(5), batch, rows, cols, 0.3f, add, workers);
                    });
        }
    }

    /** A, dA, s, t, ds and dt. */
    private static List<FloatArray> arrays(int batch, int rows, int cols) {
        long size = (long) batch * rows * cols;
        return List.of(
                Twins.normal(size, 0),
                Twins.normal(size, 1),
                Twins.normal((long) batch * rows, 2),
                Twins.normal((long) batch * cols, 3),
                Twins.normal((long) batch * rows, 4),
                Twins.normal((long) batch * cols, 5));
    }
}
