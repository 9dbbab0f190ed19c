package farsight.block;

import farsight.text.Line;

/** A block's options are unknown, missing or contradict each other. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the field and what is allowed; it becomes one line, see {@link Line}
     */
    public SpecException(String message) {
        super(Line.of(message));
    }
}
