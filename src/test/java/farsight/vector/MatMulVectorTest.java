package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.MatMulKernels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class MatMulVectorTest {

    private static final String SHAPES = """
            1, 1, 1, 1
            1, 1, 1, 700
            1, 1, 64, 64
            1, 64, 1, 64
            1, 5, 3, 7
            1, 6, 64, 256
            1, 7, 65, 257
            1, 13, 17, 19
            3, 1, 16, 1
            2, 12, 16, 5
            3, 31, 33, 29
            2, 97, 100, 16
            1, 2, 511, 300
            1, 127, 263, 521
            1, 1009, 2, 64
            1, 4099, 16, 64
            1, 4099, 47, 31
            1, 8192, 1, 48
            2, 1021, 64, 1
            1, 64, 32, 5000
            5, 4, 4, 4
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void productIsTheKernels(int batch, int m, int n, int k) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            for (int strideB : new int[] {0, k * n}) {
                int add = accumulate;
                Twins.agree(
                        () -> operands(batch, (long) m * k, (long) k * n, (long) m * n),
                        x -> MatMulKernels.matMul(x.get(0), x.get(1), x.get(2), batch, m, n, k, strideB, 0.7f, add),
                        (x, workers) -> MatMulVector.matMul(
                                x.get(0), x.get(1), x.get(2), batch, m, n, k, strideB, 0.7f, add, workers));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void productWithTheRightTransposedIsTheKernels(int batch, int m, int n, int k) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            for (int strideB : new int[] {0, k * n}) {
                int add = accumulate;
                Twins.agree(
                        () -> operands(batch, (long) m * k, (long) k * n, (long) m * n),
                        x -> MatMulKernels.matMulRightTransposed(
                                x.get(0), x.get(1), x.get(2), batch, m, n, k, strideB, 0.7f, add),
                        (x, workers) -> MatMulVector.matMulRightTransposed(
                                x.get(0), x.get(1), x.get(2), batch, m, n, k, strideB, 0.7f, add, workers));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void productWithTheLeftTransposedIsTheKernels(int batch, int m, int n, int rows) {
        for (int wanted : new int[] {1, 3}) {
            int chunkRows = Twins.chunkRows(rows, wanted);
            int chunks = (rows + chunkRows - 1) / chunkRows;
            Twins.agree(
                    () -> operands(batch, (long) rows * m, (long) rows * n, (long) chunks * m * n),
                    x -> MatMulKernels.matMulLeftTransposedChunks(
                            x.get(0), x.get(1), x.get(2), batch, rows, m, n, chunks, chunkRows),
                    (x, workers) -> MatMulVector.matMulLeftTransposedChunks(
                            x.get(0), x.get(1), x.get(2), batch, rows, m, n, chunks, chunkRows, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void projectionIsTheKernels(int batch, int m, int out, int in) {
        int rows = batch * m;
        Twins.agree(
                () -> List.of(
                        Twins.normal((long) rows * in, 0),
                        Twins.normal((long) out * in, 1),
                        Twins.normal(out, 2),
                        Twins.normal((long) rows * out, 3)),
                x -> MatMulKernels.projectWithBias(x.get(0), x.get(1), x.get(2), x.get(3), rows, in, out),
                (x, workers) ->
                        MatMulVector.projectWithBias(x.get(0), x.get(1), x.get(2), x.get(3), rows, in, out, workers));
    }

    @Test
    void emptySumIsZero() {
        FloatArray nothing = new FloatArray(1);
        FloatArray c = Twins.positive(35, 0);
        MatMulVector.matMul(nothing, nothing, c, 1, 5, 7, 0, 0, 1f, 0, Workers.shared());
        assertThat(c.toHeapArray()).containsOnly(0f);
    }

    private static List<FloatArray> operands(int batch, long a, long b, long c) {
        return List.of(Twins.normal(batch * a, 0), Twins.normal(batch * b, 1), Twins.normal(batch * c, 2));
    }
}
