package farsight.evidence;

import java.util.List;

/**
 * How well networks with one block did on one task, over several seeds.
 *
 * @param study name of the study
 * @param task the task's full text
 * @param need which property of a block the task asks for, one of {@link #NEEDS}
 * @param variant label of the network in the study
 * @param block kind or short name of the block, as in {@link farsight.block.NamedBlock}; empty for the network without
 *     a block
 * @param d latent nodes; 0 for blocks that have none
 * @param metric for example {@code accuracy}
 * @param mean of the metric over the seeds
 * @param low lower end of the 95 % interval of the mean
 * @param high upper end of the 95 % interval of the mean
 * @param seeds number of trained networks
 * @param chance mean of the same network without a block
 * @param best best mean of any block on this task; above {@code chance} if a larger metric is better, below it if a
 *     smaller one is
 */
public record Quality(
        String study,
        String task,
        String need,
        String variant,
        String block,
        int d,
        String metric,
        double mean,
        double low,
        double high,
        int seeds,
        double chance,
        double best) {

    /** Queries must receive different context: recall. */
    public static final String QUERY = "query";

    /** One context serves all queries: counting. */
    public static final String CONTEXT = "context";

    /** Real points or images. */
    public static final String SCENE = "scene";

    /** Every need. */
    public static final List<String> NEEDS = List.of(QUERY, CONTEXT, SCENE);

    /**
     * Checks that the numbers agree with each other.
     *
     * @throws IllegalArgumentException in one line that names the field
     */
    public Quality {
        require(!task.isBlank(), "task is blank");
        require(NEEDS.contains(need), "need is '%s', expected one of %s".formatted(need, String.join(", ", NEEDS)));
        require(d >= 0, "d is %d, expected at least 0".formatted(d));
        require(seeds >= 1, "seeds is %d, expected at least 1".formatted(seeds));
        require(Double.isFinite(mean), "mean is " + mean + ", expected a finite number");
        require(low <= mean && mean <= high, "mean is %s, expected from low %s to high %s".formatted(mean, low, high));
        require(Double.isFinite(low) && Double.isFinite(high), "low or high is not finite");
        require(Double.isFinite(chance) && Double.isFinite(best), "chance or best is not finite");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * The share of the best block's gain over no block that this block forgoes: (best − mean) / (best − chance). 0 is
     * as good as the best, 1 no better than no block. 0 where no block gains anything.
     */
    public double loss() {
        return best == chance ? 0 : (best - mean) / (best - chance);
    }

    /** Whether the 95 % intervals of the two means overlap. */
    public boolean overlaps(Quality other) {
        return low <= other.high && other.low <= high;
    }

    /** Whether both are of the same task of the same study, in the same metric: only then may they be compared. */
    public boolean comparable(Quality other) {
        return study.equals(other.study) && task.equals(other.task) && metric.equals(other.metric);
    }
}
