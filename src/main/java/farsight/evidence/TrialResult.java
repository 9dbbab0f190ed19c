package farsight.evidence;

import java.util.Map;

/**
 * How a trial ended.
 *
 * @param status {@code ok}, or {@code diverged} where a loss was not finite
 * @param figures of a trial that is ok
 */
public record TrialResult(Status status, Map<Metric, Double> figures) {

    /** How it ended. */
    public enum Status {
        OK,
        DIVERGED
    }

    /** Copies the map. */
    public TrialResult {
        figures = Map.copyOf(figures);
    }
}
