package farsight.block;

/**
 * Numbers that a block keeps over batches. Each batch updates them:
 *
 * <pre>
 *   kept ← (1 − share)·kept + share·now
 * </pre>
 *
 * <p>Here {@code now} is the batch's value.
 *
 * @param parameter name, shape and initial values
 * @param share of the batch, above 0 and at most 1: the momentum of PyTorch's batch norms, 1 − momentum of {@link Ema}
 * @param variance whether {@code now} is a biased variance of n numbers, multiplied by n/(n − 1) before the update
 */
public record Statistic(Parameter parameter, double share, boolean variance) {

    /** The share of a batch in PyTorch's batch norms. */
    public static final double OF_BATCH_NORM = 0.1;

    /** The running mean of a norm over the batch. */
    public static Statistic runningMean(Parameter parameter) {
        return new Statistic(parameter, OF_BATCH_NORM, false);
    }

    /** The running variance of a norm over the batch. */
    public static Statistic runningVariance(Parameter parameter) {
        return new Statistic(parameter, OF_BATCH_NORM, true);
    }

    /** The same statistic with a prefix before its name. */
    public Statistic under(String prefix) {
        return new Statistic(parameter.under(prefix), share, variance);
    }

    /** Name of the parameter. */
    public String name() {
        return parameter.name();
    }
}
