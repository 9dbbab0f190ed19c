package farsight.block.spec;

import farsight.text.Line;

/** A block's options are unknown, missing or contradictory. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the field and the allowed values; shortened to one line by {@link Line}
     */
    public SpecException(String message) {
        super(Line.of(message));
    }
}
