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
 * @param kind how training treats it
 * @param fanIn numbers that each output is a sum of, which the initial values depend on
 */
public record Parameter(String name, List<Long> fileShape, Shape shape, Init init, Kind kind, long fanIn) {

    /** How training treats a parameter. */
    public enum Kind {
        /** Updated by its gradient. */
        TRAINED,
        /** Never updated: a frozen affine. */
        CONSTANT,
        /** A statistic over batches, in PyTorch a buffer: has no gradient and is not counted as a parameter. */
        BUFFER
    }

    /** A parameter's initial values. */
    public enum Init {
        /** Normal, standard deviation 1/√fan-in. */
        FAN_IN,
        /** Uniform between ±1/√fan-in: PyTorch's default for convolutions and linear layers. */
        UNIFORM,
        /** Normal, standard deviation √(2/fan-in): for layers before a ReLU (He et al. 2015). */
        HE,
        /** Normal, standard deviation 0.01. */
        SMALL,
        /** Zero, for a gate or a last convolution: the block starts as the identity. */
        ZERO,
        /** One. */
        ONE,
        /** Normal, each column scaled to unit length. */
        UNIT_COLUMNS
    }

    /** Copies the shape. */
    public Parameter {
        fileShape = List.copyOf(fileShape);
    }

    /** A parameter whose fan-in is the product of its extents in files without the first; its length for a vector. */
    public Parameter(String name, List<Long> fileShape, Shape shape, Init init, Kind kind) {
        this(name, fileShape, shape, init, kind, fanIn(fileShape));
    }

    private static long fanIn(List<Long> fileShape) {
        return fileShape.stream().skip(fileShape.size() == 1 ? 0 : 1).reduce(1L, Math::multiplyExact);
    }

    /** The same parameter with a prefix before its name. */
    public Parameter under(String prefix) {
        return new Parameter(prefix + name, fileShape, shape, init, kind, fanIn);
    }

    /** Whether it has a gradient. */
    public boolean trained() {
        return kind == Kind.TRAINED;
    }

    /** Number of floats. */
    public long elements() {
        return shape.elements();
    }

    /** Number of floats of parameters, without those of {@link Kind#BUFFER}. */
    public static long count(List<Parameter> parameters) {
        return parameters.stream()
                .filter(p -> p.kind() != Kind.BUFFER)
                .mapToLong(Parameter::elements)
                .sum();
    }

    /** A 1×1 convolution's weight, [out, in, 1, 1]. */
    public static Parameter convolution(String name, long out, long in, Init init) {
        return convolution(name, out, in, 2, init);
    }

    /** The weight of a convolution with a kernel of size 1 along each of some axes: [out, in, 1, …]. */
    public static Parameter convolution(String name, long out, long in, int axes, Init init) {
        List<Long> fileShape = new ArrayList<>(List.of(out, in));
        fileShape.addAll(Collections.nCopies(axes, 1L));
        return new Parameter(name, fileShape, Shape.matrix(out, in), init, Kind.TRAINED);
    }

    /** A 1×1 convolution with a bias that starts at 0: {@code name.weight} [out, in, 1, 1] and {@code name.bias} [out]. */
    public static List<Parameter> projection(String name, long out, long in, Init init) {
        return projection(name, out, in, 2, init);
    }

    /** The same with a kernel of size 1 along each of some axes. */
    public static List<Parameter> projection(String name, long out, long in, int axes, Init init) {
        return List.of(convolution(name + ".weight", out, in, axes, init), vector(name + ".bias", out, Init.ZERO));
    }

    /** Projections of dual attention: query_conv and key_conv to c channels, value_conv to C, and γ. */
    static List<Parameter> gatedAttention(long channels, long inner) {
        List<Parameter> all = new ArrayList<>();
        all.addAll(projection("query_conv", inner, channels, Init.FAN_IN));
        all.addAll(projection("key_conv", inner, channels, Init.FAN_IN));
        all.addAll(projection("value_conv", channels, channels, Init.FAN_IN));
        all.add(scalar("gamma"));
        return all;
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

    /** The same parameter, a statistic over batches. */
    public Parameter buffer() {
        return new Parameter(name, fileShape, shape, init, Kind.BUFFER);
    }

    /** A gate of one number, [1], which starts at 0. */
    public static Parameter scalar(String name) {
        return vector(name, 1, Init.ZERO);
    }
}
