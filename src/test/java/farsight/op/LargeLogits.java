package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

/**
 * Streaming attention whose logits are products of one query and one key of any magnitude, up to overflow in float32,
 * with the weights of the same logits in float64.
 */
final class LargeLogits {

    private LargeLogits() {}

    /**
     * Queries and keys of about these magnitudes. Every third row has logits of one sign, and every fifth key is the
     * one before it but for the last bit, so that weights are shared even where logits are huge.
     */
    static AttentionRun of(int rows, int keys, int c, float scale, double query, double key) {
        Random random = new Random(rows * 31L + keys + c);
        float[] q = new float[rows * c];
        float[] k = new float[keys * c];
        for (int i = 0; i < rows; i++) {
            double sign = i % 3 == 0 ? 1 : random.nextBoolean() ? 1 : -1;
            q[i * c] = (float) (sign * query * (0.5 + random.nextDouble()));
        }
        float before = 0;
        for (int j = 0; j < keys; j++) {
            double sign = keys % 2 == 0 ? -1 : random.nextBoolean() ? 1 : -1;
            float value = (float) (sign * key * (0.5 + random.nextDouble()));
            before = j % 5 == 4 ? Math.nextUp(before) : value;
            k[j * c] = before;
        }
        return new AttentionRun(rows, keys, c, 3, scale, q, k, normal(random, keys * 3), normal(random, rows * 3));
    }

    private static float[] normal(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /**
     * A row is close to float64's of the same logits; where a logit is not finite it is NaN, and then so is each gradient
     * that it adds to.
     *
     * @param strict whether the engine's compiler keeps what is no number; else such rows are not looked at
     */
    static void check(AttentionRun run, AttentionRun.Answer answer, double tolerance, boolean strict) {
        double[] dv = new double[run.keys() * run.width()];
        boolean anyNan = false;
        for (int i = 0; i < run.rows(); i++) {
            double[] p = run.weights(i);
            boolean nan = Double.isNaN(p[0]);
            anyNan |= nan;
            for (int w = 0; w < run.width(); w++) {
                double y = 0;
                for (int j = 0; j < run.keys(); j++) {
                    y += p[j] * run.v()[j * run.width() + w];
                    dv[j * run.width() + w] += p[j] * run.dy()[i * run.width() + w];
                }
                assertSame("y of row " + i, answer.y()[i * run.width() + w], y, tolerance, strict);
            }
            for (int e = 0; e < run.c() && nan && strict; e++) {
                assertThat(answer.dq()[i * run.c() + e]).as("dq of row %d", i).isNaN();
            }
        }
        for (int j = 0; j < dv.length && (strict || !anyNan); j++) {
            assertSame("dv " + j, answer.dv()[j], dv[j], tolerance * Math.sqrt(run.rows()), strict);
        }
        for (int j = 0; j < run.keys() * run.c() && anyNan && strict; j++) {
            assertThat(answer.dk()[j]).as("dk %d", j).isNaN();
        }
    }

    private static void assertSame(String what, float actual, double expected, double tolerance, boolean strict) {
        if (!Double.isNaN(expected)) {
            assertThat((double) actual).as(what).isBetween(expected - tolerance, expected + tolerance);
        } else if (strict) {
            assertThat(actual).as(what).isNaN();
        }
    }
}
