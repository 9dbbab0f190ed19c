package farsight.text;

import java.util.Locale;

/**
 * Makes one printable line of bounded length from any text. Names of files and tensors, and values of specs, are free
 * text.
 */
public final class Line {

    /** Most characters of a message. */
    public static final int LONGEST = 800;

    /** Most characters of a name or value quoted in a message. */
    public static final int LONGEST_QUOTE = 80;

    /** Characters kept at the end of a shortened message, where it says what was expected. */
    private static final int TAIL = 240;

    private Line() {}

    /** The message on one line, in printable characters, cut in the middle if it is longer than {@link #LONGEST}. */
    public static String of(String message) {
        return cut(printable(message));
    }

    /**
     * A name or value from the input, for use between quotation marks: on one line, its end cut off if it is longer
     * than {@link #LONGEST_QUOTE}.
     */
    public static String excerpt(String text) {
        String shown = printable(text.length() <= LONGEST_QUOTE ? text : text.substring(0, whole(text, LONGEST_QUOTE)));
        boolean all = text.length() <= LONGEST_QUOTE && shown.length() <= LONGEST_QUOTE;
        return all ? shown : shown.substring(0, whole(shown, Math.min(shown.length(), LONGEST_QUOTE))) + "…";
    }

    /** A word after its indefinite article: {@code a gc}, {@code an ema}. */
    public static String withArticle(String word) {
        return (!word.isEmpty() && "aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
    }

    /**
     * The text with a space for each line break and other control character. Invisible and reordering characters become
     * Java escapes: marks of the writing direction, characters of no width, unpaired surrogates.
     */
    public static String printable(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(line, c));
        return line.toString();
    }

    private static void append(StringBuilder line, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> line.append(' ');
            case Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
                line.append(String.format(Locale.ROOT, c > Character.MAX_VALUE ? "\\u{%x}" : "\\u%04x", c));
            default -> line.appendCodePoint(c);
        }
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        String left = " … (%d characters left out) … ".formatted(text.length() - LONGEST);
        int head = LONGEST - TAIL - left.length();
        return text.substring(0, whole(text, head)) + left + text.substring(whole(text, text.length() - TAIL));
    }

    /** The index, or the one before it if a cut there would split a surrogate pair. */
    private static int whole(String text, int at) {
        boolean parts = at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
        return parts ? at - 1 : at;
    }
}
