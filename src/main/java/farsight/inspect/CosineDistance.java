package farsight.inspect;

/**
 * The average cosine distance of N vectors, over all pairs including i = j:
 *
 * <pre>
 *   avg = (1/N²) Σ_i Σ_j (1 − cos(v_i, v_j)) / 2
 *       = (1 − ‖(1/N) Σ_i v_i/‖v_i‖‖²) / 2,          O(N) instead of O(N²)
 * </pre>
 *
 * <p>A zero vector has cosine 0 to every vector, including itself. In the closed form it adds nothing to the sum, so
 * both agree. Vectors are added one by one, and only their sum is kept.
 *
 * <p>Source: GCNet (Cao et al., ICCVW 2019), section 3.2.
 */
final class CosineDistance {

    private final double[] sum;
    private long count;
    private long zeros;

    /**
     * An empty sum.
     *
     * @param width elements per vector
     */
    public CosineDistance(int width) {
        sum = new double[width];
    }

    /** Adds {@code values[from … from + width)}. */
    public void add(float[] values, int from) {
        double square = 0;
        for (int k = 0; k < sum.length; k++) {
            square += (double) values[from + k] * values[from + k];
        }
        count++;
        if (square == 0) {
            zeros++;
            return;
        }
        double scale = 1 / Math.sqrt(square);
        for (int k = 0; k < sum.length; k++) {
            sum[k] += values[from + k] * scale;
        }
    }

    /** Adds every row of a matrix [rows, width]. */
    public CosineDistance addAll(float[] matrix) {
        for (int from = 0; from < matrix.length; from += sum.length) {
            add(matrix, from);
        }
        return this;
    }

    /**
     * The average over N vectors; the added vectors are all of them or a random sample.
     *
     * <p>From n of N vectors, (‖Σ‖² − m) / (n(n − 1)) estimates the mean cosine of different vectors without bias,
     * where m of the n are nonzero, and m/n estimates the mean cosine of a vector with itself.
     *
     * @param population N, at least the number added; where it is larger, at least two must have been added
     */
    public Distance average(long population) {
        double square = 0;
        for (double s : sum) {
            square += s * s;
        }
        return ofSquare(square, count, zeros, population);
    }

    /**
     * As above from ‖Σ_i v_i/‖v_i‖‖², where it is already known.
     *
     * @param square ‖Σ‖²
     * @param count n, vectors in the sum, including zero vectors
     * @param zeros number of zero vectors
     */
    static Distance ofSquare(double square, long count, long zeros, long population) {
        double cosine;
        if (count == population) {
            cosine = square / ((double) count * count);
        } else {
            double nonzero = count - zeros;
            double apart = (square - nonzero) / ((double) count * (count - 1));
            cosine = ((population - 1) * apart + nonzero / count) / population;
        }
        // Rounding may leave the cosine of equal vectors slightly above 1.
        return new Distance(Math.clamp((1 - cosine) / 2, 0, 1), count, population, zeros);
    }
}
