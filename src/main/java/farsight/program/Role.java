package farsight.program;

/** The purpose of a buffer; it decides how long its numbers live. */
public enum Role {
    /** Set from outside before a run: x, or the upstream gradient dy. */
    INPUT,
    /** A weight, set from outside. */
    PARAMETER,
    /** Read from outside after a run: y, or a gradient. */
    OUTPUT,
    /** Lives from the step that first writes it to the last step that reads it. */
    INTERMEDIATE;

    /** Whether the buffer gets its own array, which holds it at the end. */
    public boolean pinned() {
        return this != INTERMEDIATE;
    }
}
