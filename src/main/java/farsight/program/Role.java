package farsight.program;

/** The purpose of a buffer; it decides how long its numbers live. */
public enum Role {
    /** Set from outside before a run: x, or the upstream gradient dy. */
    INPUT,
    /** A weight, set from outside. */
    PARAMETER,
    /**
     * Set from outside before the first run, updated in place by every run, and read from outside: a weight that is
     * trained, its moments, a running statistic.
     */
    STATE,
    /** Read from outside after a run: y, or a gradient. */
    OUTPUT,
    /** Lives from the step that first writes it to the last step that reads it. */
    INTERMEDIATE;

    /** Whether the buffer gets its own array, which holds it at the end. */
    public boolean pinned() {
        return this != INTERMEDIATE;
    }

    /** Whether the buffer is set from outside. */
    public boolean given() {
        return this == INPUT || this == PARAMETER || this == STATE;
    }

    /** Whether a run writes the buffer for reading from outside. */
    public boolean read() {
        return this == OUTPUT || this == STATE;
    }
}
