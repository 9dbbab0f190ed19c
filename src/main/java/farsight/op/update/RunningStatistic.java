package farsight.op.update;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.UpdateKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import java.util.List;

/**
 * kept ← (1 − share)·kept + share·factor·now, in place, with the mean of {@code now} over the samples. The numbers are
 * few, one per channel or latent node.
 *
 * @param kept [1, rows, cols]
 * @param now what this batch gives, [1 or B, rows, cols]
 * @param share of the batch: the momentum of PyTorch's batch norms
 * @param factor 1; n/(n − 1) to make the biased variance of n numbers unbiased
 */
public record RunningStatistic(Buffer kept, Buffer now, double share, double factor) implements Op {

    private static final Kernel MIXED = Kernel.of(UpdateKernels::runningStatistic);

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException if a sample's numbers are not those kept
     */
    public RunningStatistic {
        if (kept.elements() * now.shape().batch() != now.elements()) {
            throw new IllegalArgumentException("a batch of " + now.shape() + " for a statistic " + kept.shape());
        }
    }

    @Override
    public List<Call> calls() {
        long samples = now.shape().batch();
        return List.of(
                MIXED.call(into(kept, true), in(now), size(samples), size(kept.elements()), (float) (1 - share), (float)
                        (share * factor / samples)));
    }

    @Override
    public long flops() {
        return Math.addExact(now.elements(), 3 * kept.elements());
    }
}
