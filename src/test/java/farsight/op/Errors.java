package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;

/** Errors of float32 results against float64 ones. */
public final class Errors {

    /** What a host engine may differ by; a device, whose compiler relaxes float arithmetic, by ten times that. */
    public static final double HOST = 1e-5;

    /** {@link #HOST}, relaxed for devices. */
    public static final double DEVICE = 1e-4;

    /** Beyond all that float32 holds, and a little more: that what is beyond does not excuse what is not. */
    private static final double LARGEST = 8.0 * Float.MAX_VALUE;

    private Errors() {}

    /**
     * The first number that is neither exact nor NaN or infinite.
     *
     * @param scale what an error is measured against
     * @param vanishing what is left of numbers that float32 holds with fewer digits, or not at all
     */
    public static Optional<String> wrong(
            float[] ours, double[] exact, double scale, double tolerance, double vanishing) {
        assertThat(ours).hasSameSizeAs(exact);
        double norm = Math.sqrt(Arrays.stream(exact).map(v -> v * v).sum());
        boolean cancels = scale > 2 * norm;
        double most = tolerance * (cancels || scale < LARGEST ? scale : LARGEST) + vanishing;
        for (int i = 0; i < exact.length; i++) {
            if (Float.isFinite(ours[i]) && !(Math.abs(ours[i] - exact[i]) <= most)) {
                return Optional.of("%s at %d of %d, not %s ± %s".formatted(ours[i], i, exact.length, exact[i], most));
            }
        }
        return Optional.empty();
    }

    /**
     * ‖ours − exact‖ / scale; where the scale is zero, the largest magnitude of ours. NaN if ours has
     * one.
     */
    public static double relative(float[] ours, double[] exact, double scale) {
        assertThat(ours).hasSameSizeAs(exact);
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < exact.length; i++) {
            double d = ours[i] - exact[i];
            difference += d * d;
            largest = Math.max(largest, Math.abs(ours[i]));
        }
        return scale == 0 ? largest : Math.sqrt(difference) / scale;
    }
}
