package farsight.block;

import farsight.tape.Purpose;

/** How much of a block a program holds. */
public enum Pass {
    /** y from x. */
    FORWARD,
    /** y, and the gradients of Σ y·dy for x and every parameter. */
    FORWARD_BACKWARD;

    /** The pass of a recording. */
    public static Pass of(Purpose purpose) {
        return purpose == Purpose.BACKWARD ? FORWARD_BACKWARD : FORWARD;
    }

    /** The purpose of a recording for this pass. */
    public Purpose purpose() {
        return this == FORWARD_BACKWARD ? Purpose.BACKWARD : Purpose.RESULT;
    }

    /** {@code forward} or {@code both}. */
    @Override
    public String toString() {
        return this == FORWARD ? "forward" : "both";
    }
}
