package farsight.train;

import farsight.data.Tensor;
import farsight.network.Loss;
import farsight.network.Network;
import java.util.OptionalInt;

/**
 * An evaluation, with the results of its first batch to show.
 *
 * @param heldOut whether the samples were never trained on
 * @param batch the first batch
 * @param logits of that batch in evaluation mode, [B, K], [B, K, N] or [B, K, H, W]
 */
public record Predictions(Network network, Evaluation evaluation, boolean heldOut, Batch batch, Tensor logits) {

    /** Labels of one sample: 1, or one per position. */
    public long labels() {
        return network.output().positions();
    }

    /** A sample's label at a position; empty if the loss does not count it. */
    public OptionalInt label(long sample, long position) {
        int label = (int) batch.label().get(sample * labels() + position);
        boolean ignored = network.mustHaveLoss() instanceof Loss.CrossEntropy classes && classes.ignores(label);
        return ignored ? OptionalInt.empty() : OptionalInt.of(label);
    }

    /** The class with the largest logit. */
    public int predicted(long sample, long position) {
        int classes = Math.toIntExact(network.output().channels());
        return OpenNetwork.largest(logits, sample * classes * labels() + position, labels(), classes);
    }
}
