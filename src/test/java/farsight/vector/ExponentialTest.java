package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {

    @Test
    void staysWithinTheStatedBound() {
        double worst = 0;
        float[] x = new float[Lanes.COUNT];
        // A prime step through the bits of the negative floats: nine million of them.
        int last = Float.floatToRawIntBits(Exponential.UNDERFLOW);
        for (int bits = Float.floatToRawIntBits(-0f); bits <= last; bits += 127 * Lanes.COUNT) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Float.intBitsToFloat(Math.min(last, bits + 127 * i));
            }
            float[] y = exp(x);
            for (int i = 0; i < x.length; i++) {
                double exact = Math.exp(x[i]);
                worst = Math.max(worst, Math.abs(y[i] - exact) / Math.ulp((float) exact));
            }
        }
        assertThat(worst).isLessThan(Exponential.ULPS);
    }

    @Test
    void positiveArgumentsWorkUpTo88() {
        float[] x = new float[Lanes.COUNT];
        for (float at = 0f; at <= 88f; at += 0.25f) {
            Arrays.fill(x, at);
            double exact = Math.exp(at);
            assertThat(Math.abs(exp(x)[0] - exact) / Math.ulp((float) exact)).isLessThan(Exponential.ULPS);
        }
    }

    @Test
    void underflowsToZeroAndKeepsNaN() {
        float[] x = new float[Lanes.COUNT];
        float[] special = {-87.4f, -104f, -1e4f, -1e30f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
        for (float v : special) {
            Arrays.fill(x, v);
            assertThat(exp(x)).as("exp(%s)", v).containsOnly(0f);
        }
        Arrays.fill(x, 0f);
        assertThat(exp(x)).containsOnly(1f);
        Arrays.fill(x, Float.NaN);
        assertThat(exp(x)).containsOnly(Float.NaN);
    }

    private static float[] exp(float[] x) {
        return Exponential.exp(FloatVector.fromArray(Lanes.SPECIES, x, 0)).toArray();
    }
}
