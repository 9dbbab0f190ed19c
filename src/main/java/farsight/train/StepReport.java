package farsight.train;

/**
 * What a step told.
 *
 * @param step from 0
 * @param loss before the step's update
 * @param accuracy share of the counted labels whose logit is the largest; NaN without classes
 * @param rate learning rate
 * @param norm of all gradients together, before clipping; NaN unless gradients are clipped
 * @param nanos the step's wall time
 */
public record StepReport(long step, double loss, double accuracy, double rate, double norm, long nanos) {}
