package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.SoftmaxKernels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class SoftmaxVectorTest {

    private static final String SHAPES = """
            1, 1, 1, 1
            2, 7, 1, 2
            1, 4099, 1, 3
            2, 5, 3, 2
            3, 1009, 2, 5
            1, 1021, 16, 3
            2, 509, 17, 4
            1, 257, 64, 2
            1, 131, 100, 3
            2, 31, 131, 2
            1, 11, 1031, 2
            1, 3, 5003, 1
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void softmaxOfRowsIsTheKernels(int batch, int rowsOfOne, int cols, int unused) {
        int rows = batch * rowsOfOne;
        for (int y = 0; y <= 1; y++) { // in place, and not
            int to = y;
            for (float scale : new float[] {1f, 0.125f, 20f, -3f}) {
                Twins.agree(
                        () -> arrays(1, rows, cols),
                        x -> SoftmaxKernels.softmaxRows(x.get(0), x.get(to), rows, cols, scale),
                        (x, workers) -> SoftmaxVector.softmaxRows(x.get(0), x.get(to), rows, cols, scale, workers));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfSoftmaxOfRowsIsTheKernels(int batch, int rowsOfOne, int cols, int accumulate) {
        int rows = batch * rowsOfOne;
        int add = accumulate % 2;
        for (int dx = 1; dx <= 2; dx++) {
            int to = dx;
            Twins.agree(
                    () -> arrays(1, rows, cols),
                    x -> SoftmaxKernels.softmaxRowsGradient(x.get(0), x.get(1), x.get(to), rows, cols, 0.3f, add),
                    (x, workers) -> SoftmaxVector.softmaxRowsGradient(
                            x.get(0), x.get(1), x.get(to), rows, cols, 0.3f, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void softmaxOverPositionsIsTheKernels(int batch, int rows, int cols, int wanted) {
        int chunkRows = Twins.chunkRows(rows, wanted);
        int chunks = (rows + chunkRows - 1) / chunkRows;
        for (int y = 0; y <= 1; y++) {
            int to = y;
            Twins.agree(
                    () -> withMoments(batch, rows, cols, chunks),
                    x -> {
                        SoftmaxKernels.softmaxPositionsChunks(x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows);
                        SoftmaxKernels.softmaxPositionsCombine(x.get(2), x.get(3), batch, chunks, cols);
                        SoftmaxKernels.softmaxPositionsApply(x.get(0), x.get(3), x.get(to), batch, rows, cols, cols);
                    },
                    (x, workers) -> {
                        SoftmaxVector.softmaxPositionsChunks(
                                x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows, workers);
                        SoftmaxVector.softmaxPositionsCombine(x.get(2), x.get(3), batch, chunks, cols, workers);
                        SoftmaxVector.softmaxPositionsApply(x.get(0), x.get(3), x.get(to), batch, rows, cols, workers);
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfSoftmaxOverPositionsIsTheKernels(int batch, int rows, int cols, int accumulate) {
        int add = accumulate % 2;
        for (int dx = 1; dx <= 2; dx++) {
            int to = dx;
            Twins.agree(
                    () -> arrays(batch, rows, cols),
                    x -> SoftmaxKernels.softmaxPositionsGradient(
                            x.get(0), x.get(1), x.get(3), x.get(to), batch, rows, cols, add, cols),
                    (x, workers) -> SoftmaxVector.softmaxPositionsGradient(
                            x.get(0), x.get(1), x.get(3), x.get(to), batch, rows, cols, add, workers));
        }
    }

    @Test
    void aLogitFarBelowTheOthersWeighsNothing() {
        FloatArray x = Twins.normal(37, 0);
        x.set(5, -1e30f);
        x.set(36, Float.NEGATIVE_INFINITY);
        SoftmaxVector.softmaxRows(x, x, 1, 37, 1f, Workers.shared());
        float sum = 0f;
        for (float p : x.toHeapArray()) {
            sum += p;
        }
        assertThat(x.get(5)).isZero();
        assertThat(x.get(36)).isZero();
        assertThat(sum).isBetween(0.99999f, 1.00001f);
    }

    private static List<FloatArray> arrays(int batch, int rows, int cols) {
        long size = (long) batch * rows * cols;
        return List.of(
                Twins.normal(size, 0),
                Twins.normal(size, 1),
                Twins.normal(size, 2),
                Twins.normal((long) batch * cols, 3));
    }

    private static List<FloatArray> withMoments(int batch, int rows, int cols, int chunks) {
        long size = (long) batch * rows * cols;
        return List.of(
                Twins.normal(size, 0),
                Twins.normal(size, 1),
                Twins.normal((long) batch * chunks * cols * 2, 2),
                Twins.normal((long) batch * cols * 2, 3));
    }
}
