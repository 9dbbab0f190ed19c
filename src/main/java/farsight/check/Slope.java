package farsight.check;

import java.util.function.DoubleUnaryOperator;

/**
 * The derivative of a noisy function at 0 by central differences:
 *
 * <pre>
 *   D_k = (L(h_k) − L(−h_k)) / (2·h_k),  h_k = 2^−k,  R_k = (4·D_k − D_{k−1}) / 3
 *   S_k = (L(h_k) + L(−h_k) − 2·L(0)) / h_k,  K_k = max(0, |S_k − S_{k−1}/2| − 2.5·σ/h_k)
 *   error_k = max(|R_k − D_k|, |R_k − R_{k−1}|, K_k) + 2·σ/h_k
 * </pre>
 *
 * <p>D_k errs by O(h²), R_k (Richardson) by O(h⁴), and both by the function's noise divided by h. So the error falls
 * with h, reaches a plateau and rises again; the R_k of the smallest error is taken.
 *
 * <p>A kink within ±h, as of a ReLU or a maximum, makes D_k wrong by up to half the change of the slope, perhaps
 * equally over many h. S_k, the difference of the two sides' slopes, shows it: for a smooth function it halves with h,
 * so K_k vanishes but for noise; for a kink it stays.
 *
 * @param value R_k
 * @param error bound on the error of value
 * @param step h_k
 * @param noise σ/h_k, the part of the error due to the function's noise
 */
public record Slope(double value, double error, double step, double noise) {

    /** The smallest step is 2^−20, near the last bits of float32. */
    private static final int STEPS = 20;

    /** Points of the noise estimate: 2^−17 apart, some last bits of a float32. */
    private static final int POINTS = 7;

    private static final double APART = 0x1p-17;

    /**
     * Finds the plateau.
     *
     * @param loss L, finite around 0
     * @param sigma σ, the standard deviation of L's noise
     */
    public static Slope of(DoubleUnaryOperator loss, double sigma) {
        Slope best = new Slope(Double.NaN, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN);
        double lastD = Double.NaN;
        double lastR = Double.NaN;
        double lastS = Double.NaN;
        double middle = loss.applyAsDouble(0);
        for (int k = 0; k <= STEPS; k++) {
            double h = Math.scalb(1.0, -k);
            double noise = sigma / h;
            if (2 * noise > best.error) {
                break;
            }
            double above = loss.applyAsDouble(h);
            double below = loss.applyAsDouble(-h);
            double d = (above - below) / (2 * h);
            double r = (4 * d - lastD) / 3;
            double s = (above + below - 2 * middle) / h;
            double kink = Math.max(0, Math.abs(s - lastS / 2) - 2.5 * noise);
            double unsettled = Math.max(Math.abs(r - d), Math.abs(r - lastR));
            double error = Math.max(unsettled, kink) + 2 * noise;
            if (error < best.error) {
                best = new Slope(r, error, h, noise);
            }
            lastD = d;
            lastR = r;
            lastS = s;
        }
        return best;
    }

    /**
     * The variance σ² of a function's noise, from third differences at points so close that the function is straight
     * between them: Δ³L of independent noise has the variance 20·σ².
     *
     * <p>Source: Moré and Wild, Estimating computational noise (SIAM J. Sci. Comput., 2011).
     */
    public static double noiseVariance(DoubleUnaryOperator loss) {
        double[] l = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            l[i] = loss.applyAsDouble((i - POINTS / 2) * APART);
        }
        double sum = 0;
        for (int i = 0; i + 3 < POINTS; i++) {
            double third = l[i + 3] - 3 * l[i + 2] + 3 * l[i + 1] - l[i];
            sum += third * third;
        }
        return sum / (20 * (POINTS - 3));
    }
}
