package farsight.vector;

import farsight.kernel.LandmarkKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LandmarkVectorTest {

    private static final String SHAPES = """
            1, 1, 1, 1
            2, 7, 3, 5
            3, 64, 64, 16
            1, 1031, 3, 33
            2, 4099, 64, 17
            1, 37, 1, 100
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void meansMatchTheKernel(int batch, int rows, int runs, int cols) {
        Twins.agree(
                () -> List.of(Twins.normal((long) batch * rows * cols, 1), Twins.normal((long) batch * runs * cols, 2)),
                x -> LandmarkKernels.runMeans(x.get(0), x.get(1), batch, rows, runs, cols, cols),
                (x, workers) -> LandmarkVector.runMeans(x.get(0), x.get(1), batch, rows, runs, cols, workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsOfMeansMatchTheKernel(int batch, int rows, int runs, int cols) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> List.of(
                            Twins.normal((long) batch * runs * cols, 1), Twins.normal((long) batch * rows * cols, 2)),
                    x -> LandmarkKernels.runMeansGradient(x.get(0), x.get(1), batch, rows, runs, cols, add, cols),
                    (x, workers) ->
                            LandmarkVector.runMeansGradient(x.get(0), x.get(1), batch, rows, runs, cols, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "2, 16", "1, 133"})
    void sumsWithTheIdentityMatchTheKernel(int batch, int size) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> List.of(
                            Twins.normal((long) batch * size * size, 1), Twins.normal((long) batch * size * size, 2)),
                    x -> LandmarkKernels.plusIdentity(x.get(0), x.get(1), batch, size, -0.25f, 3.25f, add, size),
                    (x, workers) ->
                            LandmarkVector.plusIdentity(x.get(0), x.get(1), batch, size, -0.25f, 3.25f, add, workers));
        }
    }
}
