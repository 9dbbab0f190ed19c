package farsight.model;

import farsight.data.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Features of a known shape from any source, written directly into a program's array. */
public interface FeatureSource {

    /** The shape in the layout of files. */
    FeatureShape shape();

    /**
     * Writes the features in the kernels' layout.
     *
     * @param array room for [B, N, C] float32, row-major, native order, accessible to any thread
     */
    void fill(MemorySegment array);

    /** The features in the layout of files, in memory of their own. */
    default Tensor tensor() {
        FeatureShape shape = shape();
        Tensor tensor = Tensor.allocate(shape.toArray());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = arena.allocate(tensor.values().byteSize(), Float.BYTES);
            fill(rows);
            LayoutTransposition.transpose(rows, tensor.values(), shape.batch(), shape.positions(), shape.channels());
        }
        return tensor;
    }

    /**
     * A tensor as features.
     *
     * @param what names the tensor in messages
     * @param tensor in a shape of {@link FeatureShape}
     * @throws farsight.data.DataException when it has another number of axes, or an axis of 0
     */
    static FeatureSource of(String what, Tensor tensor) {
        FeatureShape shape = FeatureShape.of(what, tensor.shape());
        return new FeatureSource() {
            @Override
            public FeatureShape shape() {
                return shape;
            }

            @Override
            public void fill(MemorySegment array) {
                LayoutTransposition.transpose(
                        tensor.values(), array, shape.batch(), shape.channels(), shape.positions());
            }
        };
    }
}
