package farsight.tape;

/** What follows the forward pass. */
public enum Purpose {
    /** Nothing: the result is all that is asked for. */
    RESULT,
    /** Nothing, but differences of the result are held against gradients: what carries none is held still. */
    DIFFERENCES,
    /** Somebody looks at the weights between positions. */
    INSPECTION,
    /** {@link Tape#backward}. */
    BACKWARD;

    /** Whether the result is all that is asked for. */
    public boolean nothingElse() {
        return this == RESULT || this == DIFFERENCES;
    }
}
