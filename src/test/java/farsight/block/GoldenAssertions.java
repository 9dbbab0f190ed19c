package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

/** Tolerances of agreement with a golden case. */
public final class GoldenAssertions {

    private GoldenAssertions() {}

    /**
     * Outputs within 1e-5, gradients within 1e-4, zeros within 1e-6, and memory exactly as predicted.
     *
     * @param slack factor on the tolerances: 10 on devices whose compilers relax float arithmetic
     */
    public static void assertAgrees(GoldenCase golden, BlockRun.Answer answer, double slack) {
        assertAgrees(golden, answer, slack, 0);
    }

    /** The output alone. */
    static void assertOutputAgrees(GoldenCase golden, float[] y, double slack) {
        assertThat(GoldenCase.error(y, golden.y().toArray())).as("y").isLessThanOrEqualTo(1e-5 * slack);
    }

    /**
     * The same.
     *
     * @param besides bytes at most that a device may hold beside the arrays
     */
    public static void assertAgrees(GoldenCase golden, BlockRun.Answer answer, double slack, long besides) {
        assertOutputAgrees(golden, answer.y(), slack);
        assertThat(answer.gradients().keySet()).containsAll(golden.gradients().keySet());
        golden.gradients().forEach((name, expected) -> {
            float[] values = expected.toArray();
            assertThat(GoldenCase.error(answer.gradients().get(name), values))
                    .as("gradient of " + name)
                    .isLessThanOrEqualTo((GoldenCase.isZero(values) ? 1e-6 : 1e-4) * slack);
        });
        assertThat(answer.measured()).as("measured bytes").isBetween(answer.predicted(), answer.predicted() + besides);
    }
}
