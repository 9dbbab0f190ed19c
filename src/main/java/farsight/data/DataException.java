package farsight.data;

/**
 * Bad input, or an output that cannot be written. The message is one line a user can act on: what
 * is wrong, in which file, and what was expected instead.
 *
 * <p>Everything in this package that reads a file ends in a value or in this exception, whatever the
 * file holds.
 */
public sealed class DataException extends RuntimeException permits NoRoomException {
    /** Longest piece of a file's own text that a message repeats. */
    private static final int MAX_QUOTE = 80;

    /**
     * @param message what, where and what was expected; line breaks in it become spaces
     */
    public DataException(String message) {
        super(oneLine(message));
    }

    /**
     * @param message what, where and what was expected; line breaks in it become spaces
     * @param cause what was thrown underneath
     */
    public DataException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** A name or value out of a file, in quotes, cut short where it is long. */
    static String quote(String text) {
        if (text.length() <= MAX_QUOTE) {
            return '"' + text + '"';
        }
        return '"' + text.substring(0, MAX_QUOTE) + "…\" (" + text.length() + " characters)";
    }

    // File names and tensor names are free text: one with a line break or a terminal escape in it must
    // not break the promise of a single printable line.
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean breaks = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
            line.append(breaks ? ' ' : c);
        }
        return line.toString();
    }
}
