package farsight.tape;

/** What follows the forward pass. */
public enum Purpose {
    /** Nothing: the result is all that is asked for. */
    RESULT,
    /** Somebody looks at the weights between positions. */
    INSPECTION,
    /** {@link Tape#backward}. */
    BACKWARD
}
