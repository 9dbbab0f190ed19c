package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

/** How far float32 results are from float64 ones. */
public final class Errors {

    /** What a host engine may differ by; a device, whose compiler relaxes float arithmetic, by ten times that. */
    public static final double HOST = 1e-5;

    /** {@link #HOST}, relaxed for devices. */
    public static final double DEVICE = 1e-4;

    private Errors() {}

    /** What is left of a result that float32 holds with fewer digits, or not at all, as a part of what went into it. */
    private static final double VANISHING = 1e-37;

    /**
     * The first number that is neither exact nor NaN or infinite.
     *
     * @param scale what an error is measured against; where it is beyond float32's range, that
     */
    public static Optional<String> wrong(float[] ours, double[] exact, double scale, double tolerance) {
        assertThat(ours).hasSameSizeAs(exact);
        double most = tolerance * (scale < Float.MAX_VALUE ? scale : Float.MAX_VALUE) + VANISHING;
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
