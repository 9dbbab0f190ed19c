package farsight.evidence;

/**
 * What a variant's training takes in a setting.
 *
 * @param parameters of the network with its blocks
 * @param batch samples a step
 * @param steps of the training
 * @param bytes of a step's arrays
 * @param medianNanos of a step, on the device of the study
 * @param minNanos of a step
 */
public record TrialCost(long parameters, long batch, long steps, long bytes, long medianNanos, long minNanos) {}
