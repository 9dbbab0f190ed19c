package farsight.data;

import farsight.text.Line;

/**
 * Bad input, or an output that cannot be written. The message is one line a user can act on: the fault, the file, and
 * what was expected.
 *
 * <p>Every reader in this package returns a value or throws this exception, whatever the file holds.
 */
public sealed class DataException extends RuntimeException permits NoRoomException {
    /**
     * @param message the fault, the place and what was expected; it becomes one line, see {@link Line}
     */
    public DataException(String message) {
        super(Line.of(message));
    }

    /**
     * @param message the fault, the place and what was expected; it becomes one line, see {@link Line}
     * @param cause the underlying exception
     */
    public DataException(String message, Throwable cause) {
        super(Line.of(message), cause);
    }

    /** A name or value from a file, in quotes, shortened if long. */
    public static String quote(String text) {
        String quoted = '"' + Line.excerpt(text) + '"';
        return text.length() <= Line.LONGEST_QUOTE ? quoted : quoted + " (" + text.length() + " characters)";
    }
}
