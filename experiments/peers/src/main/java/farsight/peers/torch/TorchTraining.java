package farsight.peers.torch;

import farsight.data.Tensor;
import farsight.network.Network;
import farsight.network.Optimizer;
import farsight.op.update.Sgd;
import farsight.peers.problem.Case;
import farsight.peers.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Training steps in libtorch, by its own layers, autograd and {@code torch.optim.SGD}; the same batch each time. Gradients
 * are released before the forward pass, as {@code zero_grad()} does.
 */
final class TorchTraining implements Problem {

    private static final long MEAN = 1;
    private static final long NONE_IGNORED = -100;

    private final TorchNetwork network;
    private final org.bytedeco.pytorch.Tensor x;
    private final org.bytedeco.pytorch.Tensor labels;
    private final SGD optimizer;
    private final float[] losses = new float[Case.Training.LOSSES];
    private int steps;

    /** Of tensors that others give and take back; the weights change. */
    TorchTraining(
            Network spec,
            org.bytedeco.pytorch.Tensor x,
            org.bytedeco.pytorch.Tensor labels,
            SequencedMap<String, org.bytedeco.pytorch.Tensor> weights) {
        this.x = x;
        this.labels = labels;
        network = new TorchNetwork(spec, weights);
        org.bytedeco.pytorch.Tensor[] trained = weights.entrySet().stream()
                .filter(e -> TorchNetwork.trained(e.getKey()))
                .map(Map.Entry::getValue)
                .toArray(org.bytedeco.pytorch.Tensor[]::new);
        try (Locals at = new Locals()) {
            for (org.bytedeco.pytorch.Tensor t : trained) {
                t.set_requires_grad(true);
            }
            Optimizer optimizer = spec.mustHaveOptimizer();
            Sgd.Rule sgd = (Sgd.Rule) optimizer.rule();
            SGDOptions options = at.let(new SGDOptions(optimizer.rate()));
            at.let(options.momentum()).put(sgd.momentum());
            at.let(options.weight_decay()).put(sgd.decay());
            at.let(options.nesterov()).put(sgd.nesterov());
            this.optimizer = new SGD(at.let(new TensorVector(trained)), options);
        }
    }

    @Override
    public void run() {
        optimizer.zero_grad(true);
        try (Locals at = new Locals();
                TensorOptional noWeights = new TensorOptional()) {
            org.bytedeco.pytorch.Tensor logits = at.let(network.forward(x));
            org.bytedeco.pytorch.Tensor loss =
                    at.let(torch.cross_entropy_loss(logits, labels, noWeights, MEAN, NONE_IGNORED, 0));
            loss.backward();
            at.let(optimizer.step());
            if (steps < losses.length) {
                losses[steps++] = loss.item_float();
            }
        }
    }

    /** The first losses. */
    @Override
    public SequencedMap<String, Tensor> results() {
        while (steps < losses.length) {
            run();
        }
        return new LinkedHashMap<>(Map.of("losses", Tensor.of(losses.clone(), losses.length)));
    }

    @Override
    public void close() {
        optimizer.deallocate();
    }
}
