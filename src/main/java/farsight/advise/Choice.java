package farsight.advise;

import farsight.evidence.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The block to take for one need. It is judged by the tasks of the need on which the most of the fitting blocks were
 * measured. Of those that were measured on all of these tasks, the leader loses least, averaged over the tasks. Blocks tie with the leader if on every task the 95 % intervals overlap. Of the tied
 * blocks the fastest is taken, or the smallest where no time is known.
 *
 * @param need one of {@link Quality#NEEDS}
 * @param tasks one row for each task, of any block
 * @param tied the blocks that lose as little, the taken one first
 */
public record Choice(String need, List<Quality> tasks, List<Assessment> tied) {

    /** Copies the lists. */
    public Choice {
        tasks = List.copyOf(tasks);
        tied = List.copyOf(tied);
    }

    /** The block to take. */
    public Assessment taken() {
        return tied.getFirst();
    }

    /** Fastest first, unknown times last; of equally fast blocks the smallest. */
    public static final Comparator<Assessment> CHEAPEST = Comparator.comparing(
                    (Assessment a) -> !a.time().known())
            .thenComparingLong(a -> a.time().nanos())
            .thenComparingLong(a -> a.demand().map(Demand::arrayBytes).orElse(Long.MAX_VALUE));

    /**
     * The choice of one need.
     *
     * @param fitting the blocks that fit
     * @return empty if no block that fits was measured on all tasks of the need that any of them was measured on
     */
    static Optional<Choice> of(String need, List<Assessment> fitting) {
        List<Quality> any = new ArrayList<>();
        fitting.stream()
                .flatMap(a -> a.losses(need).stream().map(Loss::quality))
                .filter(q -> any.stream().noneMatch(q::comparable))
                .forEach(any::add);
        long most = any.stream().mapToLong(q -> measured(fitting, q)).max().orElse(0);
        List<Quality> tasks =
                any.stream().filter(q -> measured(fitting, q) == most).toList();
        List<Assessment> measured = fitting.stream()
                .filter(a -> !tasks.isEmpty() && losses(a, tasks).size() == tasks.size())
                .toList();
        return measured.stream()
                .min(Comparator.comparingDouble(a -> mean(a, tasks)))
                .map(leader -> new Choice(
                        need,
                        tasks,
                        measured.stream()
                                .filter(a -> tie(a, leader, tasks))
                                .sorted(CHEAPEST)
                                .toList()));
    }

    /** How many blocks were measured on a task. */
    private static long measured(List<Assessment> all, Quality task) {
        return all.stream().filter(a -> !losses(a, List.of(task)).isEmpty()).count();
    }

    /** A block's losses on some tasks. */
    private static List<Loss> losses(Assessment a, List<Quality> tasks) {
        return a.losses().stream()
                .filter(l -> tasks.stream().anyMatch(l.quality()::comparable))
                .toList();
    }

    private static double mean(Assessment a, List<Quality> tasks) {
        return losses(a, tasks).stream().mapToDouble(Loss::share).average().orElse(Double.NaN);
    }

    /** A block's loss averaged over the tasks of this choice. */
    public double loss(Assessment a) {
        return mean(a, tasks);
    }

    /** The loss averaged over all tasks of a need; NaN where none was measured. */
    public static double mean(Assessment a, String need) {
        return a.losses(need).stream().mapToDouble(Loss::share).average().orElse(Double.NaN);
    }

    private static boolean tie(Assessment a, Assessment leader, List<Quality> tasks) {
        return losses(a, tasks).stream()
                .allMatch(l -> leader.losses().stream()
                        .filter(best -> best.quality().comparable(l.quality()))
                        .allMatch(best -> best.quality().overlaps(l.quality())));
    }
}
