package farsight.inspect;

/**
 * An average distance of vectors, from 0 (all alike) to 1.
 *
 * @param value the average over all pairs
 * @param vectors number examined
 * @param of number in total; more than {@code vectors} for a random sample
 * @param zeros number of examined vectors that are zero, and so at cosine distance ½ from everything
 */
public record Distance(double value, long vectors, long of, long zeros) {

    /** Whether every vector was examined. */
    public boolean exact() {
        return vectors == of;
    }

    /**
     * The average cosine distance of the nonzero vectors alone: with m of n nonzero, (1 − cos·(n/m)²) / 2,
     * cos = 1 − 2·value. 0 where all are zero. For a sample this is an estimate.
     */
    public double withoutZeros() {
        double nonzero = vectors - zeros;
        if (nonzero == 0) {
            return 0;
        }
        double share = vectors / nonzero;
        return Math.clamp((1 - (1 - 2 * value) * share * share) / 2, 0, 1);
    }
}
