package farsight.tape;

/** The use of a recorded forward pass. */
public enum Purpose {
    /** Only the result is needed. */
    RESULT,
    /** Differences of the result are compared with gradients, so values without a gradient by design are held fixed. */
    DIFFERENCES,
    /** The weights between positions are read afterwards. */
    INSPECTION,
    /** {@link Tape#backward} follows. */
    BACKWARD;

    /** Whether only the result is needed. */
    public boolean nothingElse() {
        return this == RESULT || this == DIFFERENCES;
    }
}
