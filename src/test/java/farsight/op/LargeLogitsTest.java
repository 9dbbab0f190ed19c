package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Variants;
import farsight.vector.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming attention with logits of very large magnitude, on the engines of the JVM. */
class LargeLogitsTest {

    private static final double CLOSE = 1e-5;

    private static List<Engine> engines() {
        return List.of(
                Engines.find("java"),
                Variants.vector(new Workers(1)),
                Variants.vector(new Workers(2)),
                Variants.vector(new Workers(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1",
        "5, 7, 1, 1",
        "5, 8, 17, 1",
        "9, 64, 4, 0.25",
        "9, 257, 1, -1",
        "130, 300, 1, 1",
        "7, 530, 2, -0.5"
    })
    void rowsAreTheSoftmaxOfTheirLogitsAtEveryMagnitude(int rows, int keys, int c, float scale) {
        for (double query : new double[] {1e-38, 1e-19, 1e-3, 1, 50, 3e3, 1e7, 6e18, 1.5e19, 1e30, 2e38}) {
            for (double key : new double[] {1e-38, 1e-10, 1, 255, 1e5, 1.1e9, 5e18, 2e19, 1e38}) {
                AttentionRun run = LargeLogits.of(rows, keys, c, scale, query, key);
                for (Engine engine : engines()) {
                    LargeLogits.check(run, run.on(engine), CLOSE, true);
                }
            }
        }
    }

    static Stream<Float> logits() {
        return Stream.of(
                Float.NEGATIVE_INFINITY,
                -Float.MAX_VALUE,
                -3.2e38f,
                -1e38f,
                -3e9f,
                0f,
                3e9f,
                1e38f,
                3.2e38f,
                Float.MAX_VALUE,
                Float.POSITIVE_INFINITY,
                Float.NaN);
    }

    /** A row of any number of equal logits and one other, which is the first, the last, or between. */
    @ParameterizedTest
    @MethodSource("logits")
    void oneLogitAmongEqualOnesHasItsWeightOrMakesItsRowNaN(float other) {
        for (float equal : logits().toList()) {
            for (int keys : new int[] {2, 15, 16, 17, 64, 65, 300, 600}) {
                for (int at : new int[] {0, keys / 2, keys - 1}) {
                    float[] k = new float[keys];
                    Arrays.fill(k, equal);
                    k[at] = other;
                    float[] v = new float[keys * 3];
                    IntStream.range(0, v.length).forEach(i -> v[i] = 1 + i % 7);
                    AttentionRun run = new AttentionRun(
                            2, keys, 1, 3, 1f, new float[] {1f, 1f}, k, v, new float[] {1f, -2f, 3f, 1f, 1f, 1f});
                    LargeLogits.check(run, run.on(Engines.find("java")), CLOSE, true);
                    LargeLogits.check(run, run.on(Engines.find("vector")), CLOSE, true);
                }
            }
        }
    }

    /** One bad row leaves the other rows as they are. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f})
    void aNonFiniteQueryAffectsOnlyItsRow(float bad) {
        AttentionRun good = LargeLogits.of(37, 43, 2, 1f, 1, 2);
        AttentionRun.Answer before = good.on(Engines.find("java"));
        for (int row = 0; row < 37; row += 5) {
            float[] q = good.q().clone();
            q[2 * row] = bad;
            AttentionRun run = new AttentionRun(37, 43, 2, 3, 1f, q, good.k(), good.v(), good.dy());
            for (Engine engine : engines()) {
                float[] y = run.on(engine).y();
                for (int i = 0; i < y.length; i++) {
                    if (i / 3 == row) {
                        assertThat(y[i]).as("row %d on %s", row, engine.id()).matches(v -> bad == 3e38f || v.isNaN());
                    } else {
                        assertThat((double) y[i]).isBetween(before.y()[i] - CLOSE, before.y()[i] + CLOSE);
                    }
                }
            }
        }
    }
}
