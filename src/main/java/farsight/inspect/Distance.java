package farsight.inspect;

/**
 * An average distance of vectors, from 0 (all alike) to 1.
 *
 * @param value the average over all pairs
 * @param vectors how many were looked at
 * @param of how many there are; more than {@code vectors} where a random sample was taken
 * @param zeros how many of those looked at are zero, and so at cosine distance ½ from everything
 */
public record Distance(double value, long vectors, long of, long zeros) {

    /** Whether every vector was looked at. */
    public boolean exact() {
        return vectors == of;
    }
}
