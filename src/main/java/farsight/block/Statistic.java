package farsight.block;

/**
 * Numbers that a block keeps of all batches so far. Each batch moves them on:
 *
 * <pre>
 *   kept ← (1 − share)·kept + share·now
 * </pre>
 *
 * @param parameter their name, shape and start
 * @param share of the batch, above 0 and at most 1: PyTorch's momentum of batch norms, 1 − momentum elsewhere
 * @param variance whether now is the biased variance of n numbers, which n/(n − 1) makes unbiased first
 */
public record Statistic(Parameter parameter, double share, boolean variance) {

    /** The share that PyTorch's batch norms give a batch. */
    public static final double OF_BATCH_NORM = 0.1;

    /** The running mean of a norm over the batch. */
    public static Statistic runningMean(Parameter parameter) {
        return new Statistic(parameter, OF_BATCH_NORM, false);
    }

    /** The running variance of one. */
    public static Statistic runningVariance(Parameter parameter) {
        return new Statistic(parameter, OF_BATCH_NORM, true);
    }

    /** The parameter's. */
    public String name() {
        return parameter.name();
    }
}
