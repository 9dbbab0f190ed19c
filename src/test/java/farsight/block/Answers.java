package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.op.Errors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Comparisons of a block's results. */
final class Answers {

    private Answers() {}

    /** Everything that came out, by name. */
    static Map<String, float[]> all(BlockRun.Answer answer) {
        Map<String, float[]> all = new LinkedHashMap<>();
        all.put("y", answer.y());
        answer.gradients().forEach((name, g) -> all.put("d." + name, g));
        answer.statistics().forEach((name, s) -> all.put("statistic " + name, s));
        return all;
    }

    /** Equal to the bit. */
    static void assertIdentical(BlockRun.Answer answer, BlockRun.Answer expected) {
        Map<String, float[]> values = all(expected);
        assertThat(all(answer).keySet()).isEqualTo(values.keySet());
        all(answer)
                .forEach((name, v) -> assertThat(v).as(name).containsExactly(Objects.requireNonNull(values.get(name))));
    }

    /** Equal within a relative tolerance. */
    static void assertClose(String what, float[] values, float[] expected, double tolerance) {
        double[] exact = new double[expected.length];
        double squares = 0;
        for (int i = 0; i < exact.length; i++) {
            exact[i] = expected[i];
            squares += exact[i] * exact[i];
        }
        assertThat(Errors.relative(values, exact, Math.sqrt(squares))).as(what).isLessThanOrEqualTo(tolerance);
    }

    /** Neither NaN nor infinite. */
    static void assertFinite(BlockRun.Answer answer) {
        all(answer).forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(Float.isFinite(values[i]))
                        .as("%s[%d] = %s", name, i, values[i])
                        .isTrue();
            }
        });
    }
}
