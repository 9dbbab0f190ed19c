package farsight.evidence;

import farsight.data.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All results of a study.
 *
 * @param costs of every pair
 * @param trials every trial's
 */
public record StudyResults(Study study, Map<Study.Pair, TrialCost> costs, Map<Study.Trial, TrialResult> trials) {

    /**
     * Copies the maps.
     *
     * @throws DataException when one is missing
     */
    public StudyResults {
        costs = Map.copyOf(costs);
        trials = Map.copyOf(trials);
        for (Study.Trial t : study.trials()) {
            if (!costs.containsKey(t.pair()) || !trials.containsKey(t)) {
                throw new DataException(
                        "study %s lacks the result of setting \"%s\", variant \"%s\", seed %d; --resume makes it"
                                .formatted(
                                        study.name(),
                                        t.pair().setting().label(),
                                        t.pair().variant().label(),
                                        t.seed()));
            }
        }
    }

    /** A pair's cost. */
    public TrialCost cost(Study.Pair pair) {
        return Objects.requireNonNull(costs.get(pair));
    }

    /** A metric's values of a pair, by seed; NaN where a trial diverged or has no such figure. */
    public List<Double> values(Study.Pair pair, Metric metric) {
        List<Double> all = new ArrayList<>();
        for (int seed = 1; seed <= study.seeds(); seed++) {
            TrialResult r = Objects.requireNonNull(trials.get(new Study.Trial(pair, seed)));
            all.add(r.figures().getOrDefault(metric, Double.NaN));
        }
        return all;
    }

    /** A metric of a pair over the seeds that have it; empty if none has. */
    public Optional<Estimate> estimate(Study.Pair pair, Metric metric) {
        List<Double> values =
                values(pair, metric).stream().filter(v -> !Double.isNaN(v)).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Estimate.of(values));
    }

    /** How many of a pair's trials diverged. */
    public long diverged(Study.Pair pair) {
        return trials.entrySet().stream()
                .filter(e -> e.getKey().pair().equals(pair) && e.getValue().status() == TrialResult.Status.DIVERGED)
                .count();
    }

    /** A variant in a setting, by their labels; empty if the setting leaves it out. */
    public Optional<Study.Pair> pair(String setting, String variant) {
        return study.pairs().stream()
                .filter(p -> p.setting().label().equals(setting)
                        && p.variant().label().equals(variant))
                .findFirst();
    }
}
