package farsight.peers;

import java.util.Locale;

/** Who computes. */
enum Side {
    /** The vector engine, arrays in place. */
    FARSIGHT,
    /** PyTorch's library, by its own autograd. */
    LIBTORCH,
    /** The library alone that multiplies matrices for many, this libtorch among them. */
    OPENBLAS;

    /** As options and files have it. */
    static Side named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Holds the inputs of a case, at rest. */
    Prepared prepare(Case c, farsight.block.Pass pass) {
        Inputs inputs = Inputs.of(c);
        return switch (this) {
            case FARSIGHT -> FarsightProblem.prepare(c, pass, inputs);
            case LIBTORCH -> TorchProblem.prepare(c, pass, inputs);
            case OPENBLAS -> BlasProblem.prepare(c, inputs);
        };
    }

    /** {@code farsight}, {@code libtorch} or {@code openblas}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
