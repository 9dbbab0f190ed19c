package farsight.inspect;

import java.util.stream.IntStream;

/**
 * The average Jensen-Shannon divergence of distributions, in nats, over all pairs including i = j:
 *
 * <pre>
 *   JSD(p, q) = ½ Σ_k [ p_k ln(2p_k / (p_k + q_k)) + q_k ln(2q_k / (p_k + q_k)) ]
 *             = H((p + q)/2) − (H(p) + H(q))/2,      H(p) = −Σ_k p_k ln p_k
 * </pre>
 *
 * <p>0·ln 0 = 0. The second form takes one logarithm per element instead of two, and holds for any non-negative
 * numbers, whatever their sum. At most ln 2.
 *
 * <p>Source: GCNet (Cao et al., ICCVW 2019), section 3.2.
 */
final class JensenShannon {

    private JensenShannon() {}

    /**
     * The average over N distributions; the given rows are all of them or a random sample of at least two.
     *
     * @param rows n distributions of the same length
     * @param population N, at least n
     */
    public static Distance average(float[][] rows, long population) {
        int n = rows.length;
        double[] entropy = IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> entropy(rows[i]))
                .toArray();
        // One sum per row, then over the rows, so that the number of threads does not change the result.
        double[] sums = IntStream.range(0, n)
                .parallel()
                .mapToDouble(i -> {
                    double sum = 0;
                    for (int j = 0; j < i; j++) {
                        sum += Math.max(0, mixed(rows[i], rows[j]) - (entropy[i] + entropy[j]) / 2);
                    }
                    return sum;
                })
                .toArray();
        double total = 0;
        for (double s : sums) {
            total += s;
        }
        double apart = n < 2 ? 0 : 2 * total / ((double) n * (n - 1));
        return new Distance(apart * (population - 1) / population, n, population, 0);
    }

    private static double entropy(float[] p) {
        double sum = 0;
        for (float v : p) {
            sum -= v > 0 ? v * Math.log(v) : 0;
        }
        return sum;
    }

    /** H((p + q)/2). */
    private static double mixed(float[] p, float[] q) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double v = ((double) p[k] + q[k]) / 2;
            sum -= v > 0 ? v * Math.log(v) : 0;
        }
        return sum;
    }
}
