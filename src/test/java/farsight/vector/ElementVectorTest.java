package farsight.vector;

import farsight.kernel.ElementKernels;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class ElementVectorTest {

    private static final int LONGEST = 100_003;

    private static final String SHAPES = """
            1, 1, 1
            3, 1009, 1
            2, 5, 3
            1, 1021, 16
            2, 509, 17
            1, 257, 64
            2, 31, 131
            40, 1, 100
            1, 3, 20011
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1009, LONGEST})
    void activationsAndResidualsAreTheKernels(int n) {
        // Written to another array, and in place.
        for (int y : new int[] {0, 2}) {
            agree(
                    n,
                    x -> ElementKernels.relu(x.get(0), x.get(y), n),
                    (x, workers) -> ElementVector.relu(x.get(0), x.get(y), n, workers));
            agree(
                    n,
                    x -> ElementKernels.sigmoid(x.get(0), x.get(y), n),
                    (x, workers) -> ElementVector.sigmoid(x.get(0), x.get(y), n, workers));
            agree(
                    n,
                    x -> ElementKernels.residual(x.get(0), x.get(1), x.get(y), n),
                    (x, workers) -> ElementVector.residual(x.get(0), x.get(1), x.get(y), n, workers));
            agree(
                    n,
                    x -> ElementKernels.scaledResidual(x.get(1), x.get(0), x.get(3), x.get(y), n),
                    (x, workers) -> ElementVector.scaledResidual(x.get(1), x.get(0), x.get(3), x.get(y), n, workers));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1009, LONGEST})
    void gradientsAreTheKernels(int n) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            for (int dx : new int[] {1, 2}) {
                agree(
                        n,
                        x -> ElementKernels.reluGradient(x.get(0), x.get(1), x.get(dx), n, add),
                        (x, workers) -> ElementVector.reluGradient(x.get(0), x.get(1), x.get(dx), n, add, workers));
                agree(
                        n,
                        x -> ElementKernels.sigmoidGradient(x.get(0), x.get(1), x.get(dx), n, add),
                        (x, workers) -> ElementVector.sigmoidGradient(x.get(0), x.get(1), x.get(dx), n, add, workers));
                agree(
                        n,
                        x -> ElementKernels.scaledCopy(x.get(3), x.get(1), x.get(dx), n, add),
                        (x, workers) -> ElementVector.scaledCopy(x.get(3), x.get(1), x.get(dx), n, add, workers));
                agree(
                        n,
                        x -> ElementKernels.copy(x.get(1), x.get(dx), n, add),
                        (x, workers) -> ElementVector.copy(x.get(1), x.get(dx), n, add, workers));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void channelFactorsAndTermsAreTheKernels(int batch, int rows, int cols) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            for (int y : new int[] {0, 2}) {
                Twins.agree(
                        () -> channels(batch, rows, cols),
                        x -> ElementKernels.channelMultiply(x.get(0), x.get(1), x.get(y), batch, rows, cols, add, cols),
                        (x, workers) -> ElementVector.channelMultiply(
                                x.get(0), x.get(1), x.get(y), batch, rows, cols, add, workers));
                Twins.agree(
                        () -> channels(batch, rows, cols),
                        x -> ElementKernels.channelAdd(x.get(0), x.get(1), x.get(y), batch, rows, cols, cols),
                        (x, workers) ->
                                ElementVector.channelAdd(x.get(0), x.get(1), x.get(y), batch, rows, cols, workers));
            }
            Twins.agree(
                    () -> channels(batch, rows, cols),
                    x -> ElementKernels.broadcastOverPositions(x.get(1), x.get(2), batch, rows, cols, 0.3f, add, cols),
                    (x, workers) -> ElementVector.broadcastOverPositions(
                            x.get(1), x.get(2), batch, rows, cols, 0.3f, add, workers));
        }
    }

    private static void agree(int n, Consumer<List<FloatArray>> kernel, BiConsumer<List<FloatArray>, Workers> twin) {
        Twins.agree(
                () -> List.of(Twins.normal(n, 0), Twins.normal(n, 1), Twins.normal(n, 2), Twins.normal(1, 3)),
                kernel,
                twin);
    }

    private static List<FloatArray> channels(int batch, int rows, int cols) {
        long size = (long) batch * rows * cols;
        return List.of(Twins.normal(size, 0), Twins.normal((long) batch * cols, 1), Twins.normal(size, 2));
    }
}
