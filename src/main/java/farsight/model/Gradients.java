package farsight.model;

import farsight.data.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A block's output and the gradients of Σ y·dy.
 *
 * @param y output, in the shape of x
 * @param tensors {@code x} first, in the shape of x; then every parameter by name, in the shape of the PyTorch state
 *     dict
 */
public record Gradients(Tensor y, SequencedMap<String, Tensor> tensors) {

    /** Makes the map unmodifiable. */
    public Gradients {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    }

    /** The gradient of x. */
    public Tensor x() {
        return Objects.requireNonNull(tensors.get("x"));
    }
}
