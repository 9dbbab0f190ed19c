package farsight.block;

import farsight.program.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A weight of a block.
 *
 * @param name as in the PyTorch state dict
 * @param fileShape as in the PyTorch state dict, for example [out, in, 1, 1]
 * @param shape the same floats as kernels see them, for example [1, out, in]
 * @param init what it starts from
 * @param kind whether training moves it, and how
 */
public record Parameter(String name, List<Long> fileShape, Shape shape, Init init, Kind kind) {

    /** What training does to a parameter. */
    public enum Kind {
        /** It has a gradient. */
        TRAINED,
        /** Nothing: a frozen affine. */
        CONSTANT,
        /** No gradient moves it: numbers kept of batches, PyTorch's buffers. It counts as no parameter. */
        BUFFER
    }

    /** A parameter's initial values. */
    public enum Init {
        /** Normal, standard deviation 1/√fan-in. */
        FAN_IN,
        /** Normal, standard deviation 0.01. */
        SMALL,
        /** Zero, for a gate or a last convolution: the block starts as the identity. */
        ZERO,
        /** One. */
        ONE,
        /** Normal, with columns of unit length. */
        UNIT_COLUMNS
    }

    /** Copies the shape. */
    public Parameter {
        fileShape = List.copyOf(fileShape);
    }

    /** Whether it has a gradient. */
    public boolean trained() {
        return kind == Kind.TRAINED;
    }

    /** Number of floats. */
    public long elements() {
        return shape.elements();
    }

    /** A 1×1 convolution's weight, [out, in, 1, 1]. */
    public static Parameter convolution(String name, long out, long in, Init init) {
        return convolution(name, out, in, 2, init);
    }

    /** The same over positions that lie along so many axes: [out, in, 1, …]. */
    public static Parameter convolution(String name, long out, long in, int axes, Init init) {
        List<Long> fileShape = new ArrayList<>(List.of(out, in));
        fileShape.addAll(Collections.nCopies(axes, 1L));
        return new Parameter(name, fileShape, Shape.matrix(out, in), init, Kind.TRAINED);
    }

    /** A matrix [rows, cols]. */
    public static Parameter matrix(String name, long rows, long cols) {
        return new Parameter(name, List.of(rows, cols), Shape.matrix(rows, cols), Init.FAN_IN, Kind.TRAINED);
    }

    /** A vector [n]. */
    public static Parameter vector(String name, long n, Init init) {
        return new Parameter(name, List.of(n), Shape.vector(n), init, Kind.TRAINED);
    }

    /** A layer norm's weight or bias over the channels of a 1×1 map: [p, 1, 1]. */
    public static Parameter layerNorm(String name, long p, Init init) {
        return new Parameter(name, List.of(p, 1L, 1L), Shape.vector(p), init, Kind.TRAINED);
    }

    /** The same parameter, not trained. */
    public Parameter constant() {
        return new Parameter(name, fileShape, shape, init, Kind.CONSTANT);
    }

    /** The same, but kept of batches. */
    public Parameter buffer() {
        return new Parameter(name, fileShape, shape, init, Kind.BUFFER);
    }

    /** A gate of one number, [1], which starts at 0. */
    public static Parameter scalar(String name) {
        return vector(name, 1, Init.ZERO);
    }
}
