package farsight.advise;

import farsight.evidence.Quality;

/** Rows of quality for tests, on a scale from 0 without a block to 1. */
final class Rows {

    private Rows() {}

    static Quality of(String block, int d, double mean) {
        return of("recall", Quality.QUERY, block, d, mean);
    }

    static Quality of(String task, String need, String block, int d, double mean) {
        return new Quality("study", task, need, block, block, d, "accuracy", mean, mean - 0.02, mean + 0.02, 3, 0, 1);
    }
}
