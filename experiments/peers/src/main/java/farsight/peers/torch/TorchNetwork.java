package farsight.peers.torch;

import farsight.peers.problem.NetworkSpec.Layer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A network's forward pass in training mode, by libtorch's own layers. As in torchvision, ReLU is in place where a layer
 * stands before it, and a residual branch takes its shortcut into its own tensor; what nothing refers to any more is
 * released after each layer, as Python does.
 */
final class TorchNetwork {

    private static final long[] ONE = {1, 1};

    private final List<Layer> layers;
    private final Map<String, Tensor> weights;
    private final Map<String, Map<String, Tensor>> blocks = new HashMap<>();

    /** Of weights that others own. */
    TorchNetwork(List<Layer> layers, Map<String, Tensor> weights) {
        this.layers = layers;
        this.weights = weights;
    }

    /** Whether a step of the optimiser moves the tensor of that name, rather than a forward pass. */
    static boolean trained(String name) {
        return !name.endsWith(".running_mean") && !name.endsWith(".running_var");
    }

    /** [B, C, H, W] to logits, [B, K]. */
    Tensor forward(Tensor x) {
        return forward(layers, x);
    }

    private Tensor forward(List<Layer> list, Tensor x) {
        Tensor y = x;
        for (Layer layer : list) {
            if (layer instanceof Layer.Relu && y != x) {
                y.relu_();
            } else {
                Tensor next = forward(layer, y);
                if (y != x) {
                    y.deallocate();
                }
                y = next;
            }
        }
        return y;
    }

    private Tensor forward(Layer layer, Tensor x) {
        return switch (layer) {
            case Layer.Convolution l -> convolution(l, x);
            case Layer.BatchNorm l -> batchNorm(l, x);
            case Layer.Relu _ -> x.relu();
            case Layer.GlobalMean _ -> torch.adaptive_avg_pool2d(x, ONE);
            case Layer.Flatten _ -> x.flatten(1, -1);
            case Layer.Linear l -> {
                try (TensorOptional bias = optional(l.name() + ".bias")) {
                    yield torch.linear(x, weights.get(l.name() + ".weight"), bias);
                }
            }
            case Layer.OfBlock l -> TorchBlocks.of(l.block()).forward(x, blocks.computeIfAbsent(l.name(), this::below));
            case Layer.Residual l -> {
                Tensor shortcut = forward(l.shortcut(), x);
                Tensor sum = forward(l.branch(), x);
                sum.add_(shortcut);
                if (shortcut != x) {
                    shortcut.deallocate();
                }
                yield sum;
            }
        };
    }

    private Tensor convolution(Layer.Convolution l, Tensor x) {
        try (TensorOptional bias = optional(l.name() + ".bias")) {
            long[] stride = {l.stride(), l.stride()};
            long[] padding = {l.padding(), l.padding()};
            return torch.conv2d(x, weights.get(l.name() + ".weight"), bias, stride, padding, ONE, 1);
        }
    }

    private Tensor batchNorm(Layer.BatchNorm l, Tensor x) {
        try (TensorOptional weight = optional(l.name() + ".weight");
                TensorOptional bias = optional(l.name() + ".bias");
                TensorOptional mean = optional(l.name() + ".running_mean");
                TensorOptional variance = optional(l.name() + ".running_var")) {
            return torch.batch_norm(x, weight, bias, mean, variance, true, l.momentum(), l.eps(), false);
        }
    }

    private TensorOptional optional(String name) {
        Tensor tensor = weights.get(name);
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }

    /** A block's weights under their own names. */
    private Map<String, Tensor> below(String name) {
        String prefix = name + ".";
        Map<String, Tensor> own = new HashMap<>();
        weights.forEach((key, tensor) -> {
            if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), tensor);
            }
        });
        return own;
    }
}
