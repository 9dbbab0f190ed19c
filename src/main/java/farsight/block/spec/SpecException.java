package farsight.block.spec;

import farsight.text.Line;
import java.util.function.Supplier;

/** A block's options are unknown, missing or contradictory. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the field and the allowed values; shortened to one line by {@link Line}
     */
    public SpecException(String message) {
        super(Line.of(message));
    }

    /** The same with the place before the message: a file, an option, or a layer. */
    public SpecException at(String where) {
        SpecException placed = new SpecException(where + ": " + getMessage());
        placed.initCause(this);
        return placed;
    }

    /**
     * Reads or checks something whose place its own messages do not tell.
     *
     * @throws SpecException with the place before its message
     */
    public static <T> T placed(String where, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (SpecException e) {
            throw e.at(where);
        }
    }
}
