package farsight.block;

import farsight.program.Shape;
import java.util.List;

/**
 * A weight of a block.
 *
 * @param name as in the PyTorch state dict
 * @param fileShape as in the PyTorch state dict, for example [out, in, 1, 1]
 * @param shape the same floats as kernels see them, for example [1, out, in]
 * @param init its initial values
 * @param trained whether it has a gradient; running statistics and frozen affines have none
 */
public record Parameter(String name, List<Long> fileShape, Shape shape, Init init, boolean trained) {

    /** A parameter's initial values. */
    public enum Init {
        /** Normal, standard deviation 1/√fan-in. */
        FAN_IN,
        /** Normal, standard deviation 0.01. */
        SMALL,
        /** Zero, for a gate or a last convolution: the block starts as the identity. */
        ZERO,
        /** One. */
        ONE
    }

    /** Copies the shape. */
    public Parameter {
        fileShape = List.copyOf(fileShape);
    }

    /** Whether it is a running mean or variance of a batch norm. */
    public boolean statistic() {
        return name.endsWith(".running_mean") || name.endsWith(".running_var");
    }

    /** Number of floats. */
    public long elements() {
        return shape.elements();
    }

    /** A 1×1 convolution's weight, [out, in, 1, 1]. */
    public static Parameter convolution(String name, long out, long in, Init init) {
        return new Parameter(name, List.of(out, in, 1L, 1L), Shape.matrix(out, in), init, true);
    }

    /** A matrix [rows, cols]. */
    public static Parameter matrix(String name, long rows, long cols) {
        return new Parameter(name, List.of(rows, cols), Shape.matrix(rows, cols), Init.FAN_IN, true);
    }

    /** A vector [n]. */
    public static Parameter vector(String name, long n, Init init) {
        return new Parameter(name, List.of(n), Shape.vector(n), init, true);
    }

    /** A layer norm's weight or bias over the channels of a 1×1 map: [p, 1, 1]. */
    public static Parameter layerNorm(String name, long p, Init init) {
        return new Parameter(name, List.of(p, 1L, 1L), Shape.vector(p), init, true);
    }

    /** The same parameter, not trained. */
    public Parameter constant() {
        return new Parameter(name, fileShape, shape, init, false);
    }

    /** A gate of one number, [1], which starts at 0. */
    public static Parameter scalar(String name) {
        return vector(name, 1, Init.ZERO);
    }
}
