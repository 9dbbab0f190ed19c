package farsight.peers.torch;

import farsight.network.AveragePoolLayer;
import farsight.network.BatchNormLayer;
import farsight.network.BlockLayer;
import farsight.network.ConvolutionLayer;
import farsight.network.FlattenLayer;
import farsight.network.Layer;
import farsight.network.LinearLayer;
import farsight.network.Network;
import farsight.network.ReluLayer;
import farsight.network.ResidualLayer;
import farsight.network.Sequence;
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

    private final Network network;
    private final Map<String, Tensor> weights;
    private final Map<String, Map<String, Tensor>> blocks = new HashMap<>();

    /** Of weights that others own. */
    TorchNetwork(Network network, Map<String, Tensor> weights) {
        this.network = network;
        this.weights = weights;
    }

    /** Whether a step of the optimiser moves the tensor of that name, rather than a forward pass. */
    static boolean trained(String name) {
        return !name.endsWith(".running_mean") && !name.endsWith(".running_var");
    }

    /** [B, C, H, W] to logits, [B, K]. */
    Tensor forward(Tensor x) {
        return forward(network.layers(), "", x);
    }

    private Tensor forward(Sequence list, String prefix, Tensor x) {
        Tensor y = x;
        for (Layer layer : list.layers()) {
            if (layer instanceof ReluLayer && y != x) {
                y.relu_();
            } else {
                Tensor next = forward(layer, prefix + layer.name(), y);
                if (y != x) {
                    y.deallocate();
                }
                y = next;
            }
        }
        return y;
    }

    private Tensor forward(Layer layer, String name, Tensor x) {
        return switch (layer) {
            case ConvolutionLayer l -> convolution(l, name, x);
            case BatchNormLayer l -> batchNorm(l, name, x);
            case ReluLayer _ -> x.relu();
            case AveragePoolLayer l when l.window().isEmpty() -> torch.adaptive_avg_pool2d(x, ONE);
            case FlattenLayer _ -> x.flatten(1, -1);
            case LinearLayer _ -> {
                try (TensorOptional bias = optional(name + ".bias")) {
                    yield torch.linear(x, weights.get(name + ".weight"), bias);
                }
            }
            case BlockLayer l -> TorchBlocks.of(l.block()).forward(x, blocks.computeIfAbsent(name, this::below));
            case ResidualLayer l -> {
                Tensor shortcut = forward(l.shortcut(), name + ".shortcut.", x);
                Tensor sum = forward(l.branch(), name + ".branch.", x);
                sum.add_(shortcut);
                if (shortcut != x) {
                    shortcut.deallocate();
                }
                yield sum;
            }
            default -> throw new IllegalArgumentException("no case has a layer " + layer.kind());
        };
    }

    private Tensor convolution(ConvolutionLayer l, String name, Tensor x) {
        try (TensorOptional bias = optional(name + ".bias")) {
            return torch.conv2d(
                    x,
                    weights.get(name + ".weight"),
                    bias,
                    pair(l.window().stride()),
                    pair(l.window().padding()),
                    pair(l.window().dilation()),
                    l.groups());
        }
    }

    /** Rows and columns; a single number counts for both. */
    private static long[] pair(List<Integer> numbers) {
        return new long[] {numbers.getFirst(), numbers.getLast()};
    }

    private Tensor batchNorm(BatchNormLayer l, String name, Tensor x) {
        try (TensorOptional weight = optional(name + ".weight");
                TensorOptional bias = optional(name + ".bias");
                TensorOptional mean = optional(name + ".running_mean");
                TensorOptional variance = optional(name + ".running_var")) {
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
