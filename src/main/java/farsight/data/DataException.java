package farsight.data;

import farsight.text.Line;

/**
 * Bad input, or an output that cannot be written. The message is one line a user can act on: what
 * is wrong, in which file, and what was expected instead.
 *
 * <p>Everything in this package that reads a file ends in a value or in this exception, whatever the
 * file holds.
 */
public sealed class DataException extends RuntimeException permits NoRoomException {
    /**
     * @param message what, where and what was expected; it becomes one line, see {@link Line}
     */
    public DataException(String message) {
        super(Line.of(message));
    }

    /**
     * @param message what, where and what was expected; it becomes one line, see {@link Line}
     * @param cause what was thrown underneath
     */
    public DataException(String message, Throwable cause) {
        super(Line.of(message), cause);
    }

    /** A name or value out of a file, in quotes, cut short where it is long. */
    static String quote(String text) {
        String quoted = '"' + Line.excerpt(text) + '"';
        return text.length() <= Line.LONGEST_QUOTE ? quoted : quoted + " (" + text.length() + " characters)";
    }
}
