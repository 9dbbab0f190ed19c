package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

/** How far float32 results are from float64 ones. */
public final class Errors {

    /** What a host engine may differ by; a device, whose compiler relaxes float arithmetic, by ten times that. */
    public static final double HOST = 1e-5;

    /** {@link #HOST}, relaxed for devices. */
    public static final double DEVICE = 1e-4;

    private Errors() {}

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
