package farsight.program;

/** What a buffer is for, which decides how long its numbers must live. */
public enum Role {
    /** BlockContext from outside before a run: x, or the upstream gradient dy. */
    INPUT,
    /** A weight, given from outside. */
    PARAMETER,
    /** Read from outside after a run: y, or a gradient. */
    OUTPUT,
    /** Between steps: lives from the step that writes it to the last that reads it. */
    INTERMEDIATE;

    /** Whether an array is made for the buffer, and holds it in the end. */
    public boolean pinned() {
        return this != INTERMEDIATE;
    }
}
