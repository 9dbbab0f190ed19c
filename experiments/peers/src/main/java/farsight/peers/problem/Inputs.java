package farsight.peers.problem;

import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.model.Weights;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
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
                NetworkSpec n = t.network();
                inputs.maps.put("x", normal(2, 1, t.batch(), n.channels(), n.height(), n.width()));
                draw(n.layers(), inputs.weights);
            }
        }
        return inputs;
    }

    private static long[] labels(Case c) {
        if (!(c instanceof Case.Training t)) {
            return new long[0];
        }
        int classes = ((NetworkSpec.Layer.Linear) t.network().layers().getLast()).out();
        long[] labels = new long[t.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (7L * i + 3) % classes;
        }
        return labels;
    }

    private static void draw(List<NetworkSpec.Layer> layers, SequencedMap<String, Tensor> weights) {
        for (NetworkSpec.Layer layer : layers) {
            long seed = 10 + weights.size();
            switch (layer) {
                case NetworkSpec.Layer.Convolution l -> {
                    double fan = (double) l.in() * l.kernel() * l.kernel();
                    weights.put(
                            l.name() + ".weight",
                            normal(seed, Math.sqrt(2 / fan), l.out(), l.in(), l.kernel(), l.kernel()));
                    if (l.bias()) {
                        weights.put(l.name() + ".bias", filled(0, l.out()));
                    }
                }
                case NetworkSpec.Layer.BatchNorm l -> {
                    weights.put(l.name() + ".weight", filled(1, l.channels()));
                    weights.put(l.name() + ".bias", filled(0, l.channels()));
                    weights.put(l.name() + ".running_mean", filled(0, l.channels()));
                    weights.put(l.name() + ".running_var", filled(1, l.channels()));
                }
                case NetworkSpec.Layer.Linear l -> {
                    weights.put(l.name() + ".weight", normal(seed, Math.sqrt(1.0 / l.in()), l.out(), l.in()));
                    weights.put(l.name() + ".bias", filled(0, l.out()));
                }
                // Away from 0, where a block's gradients would be 0 as well; near it, where the losses fall.
                case NetworkSpec.Layer.OfBlock l ->
                    Weights.random(l.block(), seed)
                            .tensors()
                            .forEach((name, values) -> weights.put(
                                    l.name() + "." + name,
                                    name.equals("gamma") ? filled(0.05f, values.elements()) : values));
                case NetworkSpec.Layer.Residual l -> {
                    draw(l.branch(), weights);
                    draw(l.shortcut(), weights);
                }
                case NetworkSpec.Layer.Relu _, NetworkSpec.Layer.GlobalMean _, NetworkSpec.Layer.Flatten _ -> {}
            }
        }
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
