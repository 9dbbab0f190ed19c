package farsight.block;

/** How much of a block a program holds. */
public enum Pass {
    /** y from x. */
    FORWARD,
    /** y, and the gradients of Σ y·dy for x and every parameter. */
    BOTH;

    /** {@code forward} or {@code both}. */
    @Override
    public String toString() {
        return this == FORWARD ? "forward" : "both";
    }
}
