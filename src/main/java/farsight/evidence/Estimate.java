package farsight.evidence;

import farsight.block.spec.Checks;
import java.util.List;

/**
 * A mean with its 95 % interval by Student's t: mean ± t·s/√n, s² = Σ(x − mean)²/(n − 1). The interval of one value is
 * everything.
 *
 * @param mean of the values
 * @param low end of the interval
 * @param high end of the interval
 * @param count n
 */
public record Estimate(double mean, double low, double high, int count) {

    /** The most values. */
    static final int MOST = 31;

    /** The quantile 0.975 of Student's t distribution for 1 to 30 degrees of freedom. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };

    /**
     * The estimate from some values.
     *
     * @param values 1 to 31 finite numbers
     */
    public static Estimate of(List<Double> values) {
        int n = values.size();
        Checks.that(n >= 1 && n <= MOST, "%d values, expected 1 to %d".formatted(n, MOST));
        double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
        if (n == 1) {
            return new Estimate(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
        }
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        double half = T[n - 2] * Math.sqrt(squares / (n - 1) / n);
        return new Estimate(mean, mean - half, mean + half, n);
    }

    /** Half of the interval's length. */
    public double half() {
        return (high - low) / 2;
    }
}
