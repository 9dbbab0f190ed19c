package farsight.model;

import farsight.data.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches the largest |q_i·k_j| of one image without computing all pairs. From a query it goes to the key most along
 * it, from there to the query most along that key, as long as the product grows. Every step takes N·C multiply-adds.
 *
 * <p>Each product found is exact, of the features as they are, in float64. The search climbs, so it may miss the
 * largest product of all. Starts at the longest features and at three other positions make that rare. Where queries and
 * keys are the features themselves, the first step finds it.
 *
 * @param x the features
 * @param queries the map from features to queries
 * @param keys the map from features to keys
 */
record LogitSearch(LogitFeatures x, Side queries, Side keys) {

    /** Most turns from queries to keys and back from one start. */
    private static final int TURNS = 4;

    /**
     * Queries or keys: W·x + b, or x itself.
     *
     * @param w [out, C], or null
     * @param b [out], or null
     * @param pooled whether windows of positions are max-pooled, per channel
     */
    record Side(@Nullable Tensor w, @Nullable Tensor b, boolean pooled) {

        /** The features themselves. */
        static Side ofFeatures(boolean pooled) {
            return new Side(null, null, pooled);
        }

        /** The vector at a position. */
        double[] at(LogitFeatures x, long position) {
            double[] greatest = null;
            for (long p : x.pooledWith(position, pooled)) {
                double[] one = projected(x.at(p));
                for (int k = 0; greatest != null && k < one.length; k++) {
                    one[k] = Math.max(one[k], greatest[k]);
                }
                greatest = one;
            }
            return Objects.requireNonNull(greatest);
        }

        private double[] projected(double[] x) {
            if (w == null || b == null) {
                return x;
            }
            double[] y = new double[(int) b.elements()];
            for (int k = 0; k < y.length; k++) {
                y[k] = b.get(k);
                for (int c = 0; c < x.length; c++) {
                    y[k] += weight(k, c, x.length) * x[c];
                }
            }
            return y;
        }

        /** The position whose vector, before the pool, has the largest |product| with another vector. */
        long mostAlong(LogitFeatures x, double[] vector) {
            if (w == null || b == null) {
                return x.farthest(vector, 0).position();
            }
            // vector·(W·x + b) = (Wᵀ·vector)·x + vector·b
            double[] u = new double[x.channels()];
            double shift = 0;
            for (int k = 0; k < vector.length; k++) {
                shift += vector[k] * b.get(k);
                for (int c = 0; c < u.length; c++) {
                    u[c] += vector[k] * weight(k, c, u.length);
                }
            }
            return x.farthest(u, shift).position();
        }

        private double weight(int k, int c, int channels) {
            return Objects.requireNonNull(w).values().getAtIndex(ValueLayout.JAVA_FLOAT, (long) k * channels + c);
        }
    }

    /** The largest |q_i·k_j| that was found. */
    double largest() {
        double largest = 0;
        long n = x.positions();
        for (long start : List.of(x.longest().position(), 0L, n / 3, 2 * n / 3)) {
            largest = Math.max(largest, climbed(start));
        }
        return largest;
    }

    private double climbed(long start) {
        double reached = 0;
        double[] query = queries.at(x, start);
        for (int turn = 0; turn < TURNS; turn++) {
            double[] key = keys.at(x, keys.mostAlong(x, query));
            double before = reached;
            reached = Math.max(reached, Math.abs(dot(query, key)));
            query = queries.at(x, queries.mostAlong(x, key));
            reached = Math.max(reached, Math.abs(dot(query, key)));
            if (!(reached > before)) {
                break;
            }
        }
        return reached;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
