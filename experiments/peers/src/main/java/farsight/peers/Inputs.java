package farsight.peers;

import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.model.Weights;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The numbers of a case, the same for every side.
 *
 * @param features x, dy (as [1, C, H, W]) or the factors of a product
 * @param weights of a block, under PyTorch's names
 */
record Inputs(SequencedMap<String, Tensor> features, SequencedMap<String, Tensor> weights) {

    static Inputs of(Case c) {
        SequencedMap<String, Tensor> features = new LinkedHashMap<>();
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        switch (c) {
            case Case.Product p -> {
                features.put("a", normal(2, p.m(), p.k()));
                features.put("b", normal(3, p.k(), p.n()));
            }
            case Case.OfBlock b -> {
                long height = b.grid().height();
                long width = b.grid().width();
                features.put("x", normal(2, 1, b.block().channels(), height, width));
                features.put("dy", normal(3, 1, b.block().channels(), height, width));
                weights.putAll(Weights.random(b.block(), 1).tensors());
            }
        }
        return new Inputs(features, weights);
    }

    private static Tensor normal(long seed, long... shape) {
        Tensor tensor = Tensor.allocate(shape);
        Synthetic.normal(tensor.values(), tensor.elements(), seed);
        return tensor;
    }
}
