package farsight.block;

import farsight.text.Line;
import org.jspecify.annotations.Nullable;

/** A kind of block on the class path cannot be registered. */
public final class RegistrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the class and its fault; it becomes one line, see {@link Line}
     * @param cause the exception underneath, or null
     */
    RegistrationException(String message, @Nullable Throwable cause) {
        super(Line.of(message), cause);
    }
}
