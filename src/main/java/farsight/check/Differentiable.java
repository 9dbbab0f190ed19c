package farsight.check;

import farsight.data.Tensor;
import java.util.SequencedMap;

/** A function of named tensors with gradients that are to be believed or not. */
public interface Differentiable {

    /** Where it is looked at: every tensor that a gradient is claimed for; the first has the shape of y. */
    SequencedMap<String, Tensor> point();

    /**
     * y at the point, but with one tensor moved.
     *
     * @param name one of the point's
     * @param value in its shape
     */
    Tensor outputAt(String name, Tensor value);

    /**
     * The claim: the gradient of Σ y·u at the point for each of its tensors, under the same names.
     *
     * @param u in the shape of y
     */
    SequencedMap<String, Tensor> gradients(Tensor u);
}
