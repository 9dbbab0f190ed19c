package farsight.vector.attention;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.vector.Twins;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class FlashAttentionVectorTest {

    /** batch, rows, keys, c, width. */
    private static final String SHAPES = """
            1, 1, 1, 1, 1
            1, 5, 1, 3, 2
            1, 1, 7, 1, 3
            3, 7, 5, 3, 1
            2, 64, 64, 32, 32
            2, 67, 131, 7, 33
            1, 397, 193, 16, 17
            1, 131, 401, 33, 100
            1, 409, 97, 100, 33
            1, 192, 384, 64, 64
            1, 48, 53, 512, 256
            1, 23, 19, 256, 512
            40, 3, 2, 2, 2
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void attentionMatchesTheKernel(int batch, int rows, int keys, int c, int width) {
        FlashProblem problem = new FlashProblem(batch, rows, keys, c, width, 0.1f);
        Twins.agree(
                problem::arrays,
                x -> {
                    problem.kernelForward(x);
                    problem.statsToLogSums(x);
                },
                (x, workers) -> {
                    problem.twinForward(x, workers);
                    problem.statsToLogSums(x);
                });
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsMatchTheKernel(int batch, int rows, int keys, int c, int width) {
        FlashProblem problem = new FlashProblem(batch, rows, keys, c, width, 0.1f);
        for (int add : new int[] {0b000, 0b111, 0b010}) {
            Twins.agree(
                    problem::arraysAfterForward,
                    x -> problem.kernelBackward(x, add),
                    (x, workers) -> problem.twinBackward(x, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void keysAndValuesInOneArrayGiveTheSame(int batch, int rows, int keys, int c, int width) {
        FlashProblem problem = new FlashProblem(batch, rows, keys, c, width, 0.1f);
        List<FloatArray> apart = problem.arrays();
        List<FloatArray> packed = problem.pack(problem.arrays());
        problem.twinForward(apart, Workers.shared());
        problem.packedForm().twinForward(packed, Workers.shared());
        problem.twinBackward(apart, 0, Workers.shared());
        problem.packedForm().twinBackward(packed, 0, Workers.shared());
        assertSame(packed, apart);
        problem.kernelForward(apart);
        problem.packedForm().kernelForward(packed);
        problem.kernelBackward(apart, 0b101);
        problem.packedForm().kernelBackward(packed, 0b101);
        assertSame(packed, apart);
    }

    private static void assertSame(List<FloatArray> packed, List<FloatArray> apart) {
        for (int i = FlashProblem.Y; i <= FlashProblem.DV; i++) {
            assertThat(packed.get(i).toHeapArray())
                    .as("array %d", i)
                    .containsExactly(apart.get(i).toHeapArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 7, 9, 6", "7, 7, 9, 7", "7, 8, 8, 6", "7, 8, 7, 5", "7, 7, 7, 6", "7, 7, 7, 7"})
    void gradientsOfOneArrayAreAdded(int dq, int dk, int dv, int add) {
        FlashProblem problem = new FlashProblem(2, 131, 131, 5, 5, 0.4f);
        Twins.agree(
                () -> {
                    List<FloatArray> x = problem.arraysAfterForward();
                    List<FloatArray> shared = new ArrayList<>(x.subList(0, FlashProblem.DQ));
                    shared.addAll(List.of(x.get(dq), x.get(dk), x.get(dv)));
                    return shared;
                },
                x -> problem.kernelBackward(x, add),
                (x, workers) -> problem.twinBackward(x, add, workers));
    }

    /** Softmax of logits up to ±80, a row of equal logits included, is what float64 gives with all N×M weights. */
    @ParameterizedTest
    @ValueSource(floats = {0f, 0.3f, 1f, -1f, 14f})
    void resultsMatchStoredWeightsInFloat64(float scale) {
        FlashProblem problem = new FlashProblem(1, 150, 210, 4, 6, scale);
        List<FloatArray> x = problem.arrays();
        if (scale == 14f) {
            spread(x.get(FlashProblem.Q), x.get(FlashProblem.K), problem.c());
        }
        problem.twinForward(x, Workers.shared());
        problem.twinBackward(x, 0, Workers.shared());
        List<double[]> expected = problem.oracle(x);
        int[] results = {FlashProblem.Y, FlashProblem.DQ, FlashProblem.DK, FlashProblem.DV};
        for (int i = 0; i < results.length; i++) {
            assertThat(FlashProblem.difference(x.get(results[i]), expected.get(i)))
                    .as("result %d", i)
                    .isLessThanOrEqualTo(1e-5);
        }
    }

    /** Logits of ±80 at most in one row, 0 in another, small ones elsewhere. */
    private static void spread(FloatArray q, FloatArray k, int c) {
        for (int i = 0; i < q.getSize(); i++) {
            q.set(i, i / c == 1 ? 0f : i / c == 2 ? 80f / 14f : 0.05f * q.get(i));
        }
        for (int i = 0; i < k.getSize(); i++) {
            k.set(i, Math.clamp(0.1f * k.get(i), -0.25f, 0.25f));
        }
        for (int j = 0; j < c; j++) {
            k.set(17 * c + j, 0.25f);
            k.set(200 * c + j, -0.25f);
        }
    }

    @Test
    void equalLogitsGiveTheMean() {
        FlashProblem problem = new FlashProblem(1, 7, 300, 3, 2, 1f);
        List<FloatArray> x = problem.arrays();
        x.get(FlashProblem.Q).init(0f);
        problem.twinForward(x, Workers.shared());
        for (int j = 0; j < 2; j++) {
            double mean = 0;
            for (int i = 0; i < 300; i++) {
                mean += x.get(FlashProblem.V).get(2 * i + j) / 300;
            }
            for (int row = 0; row < 7; row++) {
                assertThat((double) x.get(FlashProblem.Y).get(2 * row + j)).isBetween(mean - 1e-6, mean + 1e-6);
            }
        }
    }

    @Test
    void oneKeyTakesAllTheWeight() {
        FlashProblem problem = new FlashProblem(2, 5, 1, 3, 4, 50f);
        List<FloatArray> x = problem.arrays();
        problem.twinForward(x, Workers.shared());
        problem.twinBackward(x, 0, Workers.shared());
        for (int i = 0; i < 2 * 5 * 4; i++) {
            assertThat(x.get(FlashProblem.Y).get(i))
                    .isEqualTo(x.get(FlashProblem.V).get(i / 20 * 4 + i % 4));
        }
        for (float g : x.get(FlashProblem.DK).toHeapArray()) {
            assertThat(g).isBetween(-1e-3f, 1e-3f);
        }
    }
}
