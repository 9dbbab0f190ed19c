package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {

    /** What a file can hold as NaN: of either sign, signalling too, with bits anywhere. */
    private static final int[] NANS = {
        0x7fc00000, 0xffc00000, 0x7fc00001, 0x7f800001, 0x7f8001ff, 0xff8000c0, 0x7fffffff, 0xffffffff
    };

    @Test
    void staysWithinTheStatedBound() {
        assertThat(worst(Exponential.UNDERFLOW, ExponentialTest::exp, Math::exp))
                .isLessThan(Exponential.ULPS);
    }

    @Test
    void powersOfTwoStayWithinTheStatedBound() {
        assertThat(worst(Exponential.UNDERFLOW_OF_TWO, ExponentialTest::exp2, t -> Math.pow(2, t)))
                .isLessThan(Exponential.ULPS);
    }

    /** Units in the last place that results are off at most, from −0 down to the least argument. */
    private static double worst(float least, UnaryOperator<float[]> function, DoubleUnaryOperator exactly) {
        double worst = 0;
        float[] x = new float[Lanes.COUNT];
        // A prime step through the bits of the negative floats: nine million of them.
        int last = Float.floatToRawIntBits(least);
        for (int bits = Float.floatToRawIntBits(-0f); bits <= last; bits += 127 * Lanes.COUNT) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Float.intBitsToFloat(Math.min(last, bits + 127 * i));
            }
            float[] y = function.apply(x);
            for (int i = 0; i < x.length; i++) {
                double exact = exactly.applyAsDouble(x[i]);
                worst = Math.max(worst, Math.abs(y[i] - exact) / Math.ulp((float) exact));
            }
        }
        return worst;
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
        for (int bits : NANS) {
            Arrays.fill(x, Float.intBitsToFloat(bits));
            assertThat(exp(x)).as("exp of bits %x", bits).containsOnly(Float.NaN);
        }
    }

    @Test
    void positivePowersOfTwoWorkBelow128() {
        float[] t = new float[Lanes.COUNT];
        for (float at = 0f; at < 127.5f; at += 0.25f) {
            Arrays.fill(t, at);
            double exact = Math.pow(2, at);
            assertThat(Math.abs(exp2(t)[0] - exact) / Math.ulp((float) exact)).isLessThan(Exponential.ULPS);
        }
    }

    @Test
    void powersOfTwoUnderflowToZeroAndKeepNaN() {
        float[] t = new float[Lanes.COUNT];
        float[] special = {-126.01f, -150f, -1e4f, -1e30f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
        for (float v : special) {
            Arrays.fill(t, v);
            assertThat(exp2(t)).as("2^%s", v).containsOnly(0f);
        }
        Arrays.fill(t, 0f);
        assertThat(exp2(t)).containsOnly(1f);
        for (int bits : NANS) {
            Arrays.fill(t, Float.intBitsToFloat(bits));
            assertThat(exp2(t)).as("2^ of bits %x", bits).containsOnly(Float.NaN);
        }
    }

    private static float[] exp(float[] x) {
        return Exponential.exp(FloatVector.fromArray(Lanes.SPECIES, x, 0)).toArray();
    }

    private static float[] exp2(float[] t) {
        return Exponential.exp2(FloatVector.fromArray(Lanes.SPECIES, t, 0)).toArray();
    }
}
