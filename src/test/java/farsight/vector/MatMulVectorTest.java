package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.MatMulKernels;
import java.util.List;
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

    /** Rows and columns for every way in which a product is computed: dots, outer products, tiles and strips. */
    private static final String EXTENTS = """
            5,   7
            5,   1
            1,   7
            150, 7
            150, 200
            """;

    private static final FloatArray NOTHING = new FloatArray(1);

    @ParameterizedTest
    @CsvSource(textBlock = EXTENTS)
    void anEmptySumIsZero(int m, int n) {
        FloatArray c = Twins.positive((long) m * n, 0);
        MatMulVector.matMul(NOTHING, NOTHING, c, 1, m, n, 0, 0, 1f, 0, Workers.shared());
        assertThat(c.toHeapArray()).containsOnly(0f);
        c = Twins.positive((long) m * n, 0);
        MatMulVector.matMulRightTransposed(NOTHING, NOTHING, c, 1, m, n, 0, 0, 1f, 0, Workers.shared());
        assertThat(c.toHeapArray()).containsOnly(0f);
        c = Twins.positive((long) m * n, 0);
        MatMulVector.matMulLeftTransposedChunks(NOTHING, NOTHING, c, 1, 0, m, n, 1, 1, Workers.shared());
        assertThat(c.toHeapArray()).containsOnly(0f);
    }

    @ParameterizedTest
    @CsvSource(textBlock = EXTENTS)
    void anEmptySumOfStripsIsZeroAndTheBiasIsAddedToIt(int m, int n) {
        for (int batch : new int[] {1, 2}) {
            FloatArray y = Twins.positive((long) batch * m * n, 0);
            FloatArray bias = Twins.normal(n, 1);
            Factor none = Factor.ofLines(NOTHING.getSegment(), 0, 0);
            new ThinProduct(batch, m, n, 0, none, none, new Store(y.getSegment(), n, 1f, null)).run(Workers.shared());
            assertThat(y.toHeapArray()).containsOnly(0f);
            Store store = new Store(y.getSegment(), n, 1f, new Addend(bias.getSegment(), true));
            new ThinProduct(batch, m, n, 0, none, none, store).run(Workers.shared());
            for (int i = 0; i < batch * m; i++) {
                for (int j = 0; j < n; j++) {
                    assertThat(y.get(i * n + j)).isEqualTo(bias.get(j));
                }
            }
        }
        FloatArray y = Twins.positive((long) m * n, 0);
        FloatArray bias = Twins.normal(n, 1);
        MatMulVector.projectWithBias(NOTHING, NOTHING, bias, y, m, 0, n, Workers.shared());
        assertThat(y.get(m * n - 1)).isEqualTo(bias.get(n - 1));
        assertThat(y.get(0)).isEqualTo(bias.get(0));
    }

    @ParameterizedTest
    @CsvSource({"0, 7, 5", "0, 7, 300", "150, 0, 5", "150, 0, 300", "0, 0, 0", "0, 1, 4", "150, 0, 1"})
    void aProductWithoutRowsOrColumnsWritesNothing(int m, int n, int k) {
        FloatArray a = Twins.normal(Math.max(1, m * k), 0);
        FloatArray b = Twins.normal(Math.max(1, n * k), 1);
        FloatArray c = Twins.normal(3, 2);
        float[] before = c.toHeapArray();
        MatMulVector.matMul(a, b, c, 1, m, n, k, 0, 1f, 0, Workers.shared());
        MatMulVector.matMulRightTransposed(a, b, c, 1, m, n, k, 0, 1f, 0, Workers.shared());
        MatMulVector.projectWithBias(a, b, c, c, m, k, n, Workers.shared());
        assertThat(c.toHeapArray()).isEqualTo(before);
    }

    private static List<FloatArray> operands(int batch, long a, long b, long c) {
        return List.of(Twins.normal(batch * a, 0), Twins.normal(batch * b, 1), Twins.normal(batch * c, 2));
    }
}
