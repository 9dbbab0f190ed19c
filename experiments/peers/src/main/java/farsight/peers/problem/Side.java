package farsight.peers.problem;

import java.util.Locale;

/** Who computes. */
public enum Side {
    /** The vector engine, arrays in place. */
    FARSIGHT,
    /** PyTorch's library, by its own autograd. */
    LIBTORCH,
    /** The library alone that multiplies matrices for many, this libtorch among them. */
    OPENBLAS;

    /** As options and files have it. */
    public static Side named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** {@code farsight}, {@code libtorch} or {@code openblas}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
