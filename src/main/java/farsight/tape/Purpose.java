package farsight.tape;

/** The use of a recorded forward pass. */
public enum Purpose {
    /** Only the result is needed. */
    RESULT,
    /** The weights between positions are read afterwards. */
    INSPECTION,
    /** {@link Tape#backward} follows. */
    BACKWARD
}
