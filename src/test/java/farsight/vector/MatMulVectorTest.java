package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class MatMulVectorTest {

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
}
