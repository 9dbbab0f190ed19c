package farsight.model;

import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;

/** Features of a known shape, written straight to where a program reads them, wherever they come from. */
public interface FeatureSource {

    /** The shape in files. */
    FeatureShape shape();

    /**
     * Writes the features in the layout of kernels.
     *
     * @param array room for [B, N, C] float32, row-major, native order; any thread may touch it
     */
    void fill(MemorySegment array);

    /**
     * A tensor, as features.
     *
     * @param what the tensor as messages name it
     * @param tensor [B, C, H, W] or [B, C, N]
     * @throws farsight.data.DataException when it has another number of axes, or one of 0
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
