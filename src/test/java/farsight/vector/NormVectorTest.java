package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.NormKernels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class NormVectorTest {

    private static final String SHAPES = """
            1, 1, 1
            1, 7, 1
            2, 5, 3
            3, 1009, 2
            1, 1021, 16
            2, 509, 17
            1, 257, 64
            1, 131, 100
            2, 31, 131
            1, 11, 512
            1, 3, 1031
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void unitRowsAreTheKernels(int batch, int rowsOfOne, int cols) {
        int rows = batch * rowsOfOne;
        forEachChoice((relu, _) -> {
            for (int y = 0; y <= 1; y++) { // in place, and not
                int to = y;
                Twins.agree(
                        () -> arrays(1, rows, cols),
                        x -> NormKernels.l2Rows(x.get(0), x.get(to), x.get(2), rows, cols, relu),
                        (x, workers) -> NormVector.l2Rows(x.get(0), x.get(to), x.get(2), rows, cols, relu, workers));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfUnitRowsIsTheKernels(int batch, int rowsOfOne, int cols) {
        int rows = batch * rowsOfOne;
        forEachChoice((relu, add) -> {
            for (int dx : new int[] {1, 4}) {
                Twins.agree(
                        () -> arrays(1, rows, cols),
                        x -> NormKernels.l2RowsGradient(x.get(0), x.get(1), x.get(2), x.get(dx), rows, cols, relu, add),
                        (x, workers) -> NormVector.l2RowsGradient(
                                x.get(0), x.get(1), x.get(2), x.get(dx), rows, cols, relu, add, workers));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void unitColumnsAreTheKernels(int batch, int rows, int cols) {
        forEachChoice((relu, _) -> {
            for (int y = 0; y <= 1; y++) {
                int to = y;
                Twins.agree(
                        () -> arrays(batch, rows, cols),
                        x -> NormKernels.l2Positions(x.get(0), x.get(3), x.get(to), batch, rows, cols, relu, cols),
                        (x, workers) -> NormVector.l2Positions(
                                x.get(0), x.get(3), x.get(to), batch, rows, cols, relu, workers));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfUnitColumnsIsTheKernels(int batch, int rows, int cols) {
        forEachChoice((relu, add) -> {
            for (int dx : new int[] {1, 4}) {
                Twins.agree(
                        () -> arrays(batch, rows, cols),
                        x -> NormKernels.l2PositionsGradient(
                                x.get(0), x.get(1), x.get(3), x.get(5), x.get(dx), batch, rows, cols, relu, add, cols),
                        (x, workers) -> NormVector.l2PositionsGradient(
                                x.get(0), x.get(1), x.get(3), x.get(5), x.get(dx), batch, rows, cols, relu, add,
                                workers));
            }
        });
    }

    @Test
    void zeroVectorsStayZeroAndTakeNoGradient() {
        assertThat(NormVector.EPSILON).isEqualTo(NormKernels.EPSILON);
        FloatArray x = new FloatArray(60);
        x.init(0f);
        FloatArray norms = new FloatArray(20);
        FloatArray dx = Twins.normal(60, 0);
        NormVector.l2Rows(x, x, norms, 20, 3, 1, Workers.shared());
        NormVector.l2RowsGradient(x, dx, norms, dx, 20, 3, 1, 0, Workers.shared());
        assertThat(x.toHeapArray()).containsOnly(0f);
        assertThat(norms.toHeapArray()).containsOnly(0f);
        for (float g : dx.toHeapArray()) {
            assertThat(g).isZero();
        }
    }

    private interface Choice {
        void run(int relu, int accumulate);
    }

    private static void forEachChoice(Choice choice) {
        for (int i = 0; i < 4; i++) {
            choice.run(i % 2, i / 2);
        }
    }

    /** Two of the size of x, the norms of rows and of columns, one more of the size of x, one of the norms' of columns. */
    private static List<FloatArray> arrays(int batch, int rows, int cols) {
        long size = (long) batch * rows * cols;
        return List.of(
                Twins.normal(size, 0),
                Twins.normal(size, 1),
                Twins.positive((long) batch * rows, 2),
                Twins.positive((long) batch * cols, 3),
                Twins.normal(size, 4),
                Twins.normal((long) batch * cols, 5));
    }
}
