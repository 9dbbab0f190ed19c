package farsight.check;

import farsight.data.Tensor;
import java.util.SequencedMap;

/** A function of named tensors whose claimed gradients are to be checked. */
public interface Differentiable {

    /** The point of evaluation: every tensor with a claimed gradient; the first has the shape of y. */
    SequencedMap<String, Tensor> point();

    /**
     * y at the point with one tensor replaced.
     *
     * @param name one of the point's
     * @param value in its shape
     */
    Tensor outputAt(String name, Tensor value);

    /**
     * The claimed gradient of Σ y·u at the point for each of its tensors, under the same names.
     *
     * @param u in the shape of y
     */
    SequencedMap<String, Tensor> gradients(Tensor u);
}
