package farsight.peers.problem;

import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.model.Weights;
import farsight.network.BlockLayer;
import farsight.network.Layer;
import farsight.network.Network;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The numbers of a case, the same for every side.
 *
 * @param maps [B, C, H, W]
 * @param factors of a product
 * @param weights under PyTorch's names, running statistics among them
 * @param labels a class each image; empty where none is asked
 */
public record Inputs(
        SequencedMap<String, Tensor> maps,
        SequencedMap<String, Tensor> factors,
        SequencedMap<String, Tensor> weights,
        long[] labels) {

    public static Inputs of(Case c) {
        Inputs inputs = new Inputs(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), labels(c));
        switch (c) {
            case Case.Product p -> {
                inputs.factors.put("a", normal(2, 1, p.m(), p.k()));
                inputs.factors.put("b", normal(3, 1, p.k(), p.n()));
            }
            case Case.Convolution v -> {
                int channels = v.channels();
                long[] shape = {v.batch(), channels, v.grid().height(), v.grid().width()};
                inputs.maps.put("x", normal(2, 1, shape));
                inputs.maps.put("dy", normal(3, 1, shape));
                inputs.weights.put("weight", normal(4, Math.sqrt(2 / (9.0 * channels)), channels, channels, 3, 3));
                inputs.weights.put("bias", normal(5, 1, channels));
            }
            case Case.OfBlock b -> {
                long[] shape = {
                    1, b.block().channels(), b.grid().height(), b.grid().width()
                };
                inputs.maps.put("x", normal(2, 1, shape));
                inputs.maps.put("dy", normal(3, 1, shape));
                inputs.weights.putAll(Weights.random(b.block(), 1).tensors());
            }
            case Case.Training t -> {
                inputs.maps.put("x", normal(2, 1, t.network().input().fileShape(t.batch())));
                inputs.weights.putAll(weights(t.network()));
            }
        }
        return inputs;
    }

    private static long[] labels(Case c) {
        if (!(c instanceof Case.Training t)) {
            return new long[0];
        }
        long classes = t.network().output().channels();
        long[] labels = new long[t.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (7L * i + 3) % classes;
        }
        return labels;
    }

    /** PyTorch's initial values, but for blocks: theirs are away from 0, where gradients would be 0 as well. */
    private static SequencedMap<String, Tensor> weights(Network network) {
        Weights initial = Weights.initial(network, 10);
        SequencedMap<String, Tensor> all = new LinkedHashMap<>(initial.tensors());
        all.putAll(initial.statistics().tensors());
        for (Layer layer : network.layers().layers()) {
            if (layer instanceof BlockLayer b) {
                // A small factor, with which the losses fall.
                Weights.random(b.block(), all.size())
                        .tensors()
                        .forEach((name, values) -> all.put(
                                b.name() + "." + name,
                                name.equals("gamma") ? filled(0.05f, values.elements()) : values));
            }
        }
        return all;
    }

    private static Tensor normal(long seed, double deviation, long... shape) {
        Tensor tensor = Tensor.allocate(shape);
        Synthetic.normal(tensor.values(), tensor.elements(), seed);
        if (deviation != 1) {
            for (long i = 0; i < tensor.elements(); i++) {
                tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (deviation * tensor.get(i)));
            }
        }
        return tensor;
    }

    private static Tensor filled(float value, long elements) {
        Tensor tensor = Tensor.allocate(elements);
        for (long i = 0; i < elements; i++) {
            tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return tensor;
    }
}
