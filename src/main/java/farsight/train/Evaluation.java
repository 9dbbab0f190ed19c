package farsight.train;

import java.util.Optional;

/**
 * A network's results on held-out samples, in evaluation mode.
 *
 * @param samples how many
 * @param loss over all that counts, as if it were one batch
 * @param confusion empty for a squared error
 */
public record Evaluation(long samples, double loss, Optional<Confusion> confusion) {

    /** The share of counted labels whose logit is the largest; NaN without classes. */
    public double accuracy() {
        return confusion.map(Confusion::accuracy).orElse(Double.NaN);
    }

    /** The mean intersection over union; NaN without classes. */
    public double meanIou() {
        return confusion.map(Confusion::meanIou).orElse(Double.NaN);
    }
}
