package farsight.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text files in UTF-8, with or without a byte order mark. */
public final class Utf8 {

    private static final char MARK = '\ufeff';

    private Utf8() {}

    /** The bytes are not UTF-8; the message names their encoding if it is known, as in "it is text in UTF-16". */
    public static final class NotUtf8Exception extends IOException {
        private static final long serialVersionUID = 1L;

        NotUtf8Exception(String message) {
            super(message);
        }
    }

    /** The text is longer than allowed. */
    public static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(int most) {
            super("it has more than %,d bytes".formatted(most));
        }
    }

    /**
     * Reads all of a stream, which may be endless.
     *
     * @param most bytes
     * @return the text without a byte order mark
     * @throws TooLongException when there are more bytes
     * @throws NotUtf8Exception when it is not UTF-8
     */
    public static String read(InputStream in, int most) throws IOException {
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
            throw new TooLongException(most);
        }
        return decode(bytes);
    }

    /**
     * The text without a byte order mark.
     *
     * @throws NotUtf8Exception when it is not UTF-8
     */
    public static String decode(byte[] bytes) throws NotUtf8Exception {
        String other = otherEncoding(bytes);
        if (!other.isEmpty()) {
            throw new NotUtf8Exception("it is text in " + other + ", not UTF-8");
        }
        try {
            return withoutMark(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new NotUtf8Exception("it is not text in UTF-8");
        }
    }

    /** The text without its byte order mark, if it has one. */
    public static String withoutMark(String text) {
        return text.isEmpty() || text.charAt(0) != MARK ? text : text.substring(1);
    }

    /** The encoding by its byte order mark, else by zeros among the first bytes, which UTF-8 text does not have. */
    private static String otherEncoding(byte[] b) {
        if (b.length >= 4 && (starts(b, 0, 0, 0xfe, 0xff) || starts(b, 0xff, 0xfe, 0, 0) || zeros(b, 4))) {
            return "UTF-32";
        }
        return b.length >= 2 && (starts(b, 0xfe, 0xff) || starts(b, 0xff, 0xfe) || zeros(b, 2)) ? "UTF-16" : "";
    }

    private static boolean starts(byte[] b, int... start) {
        for (int i = 0; i < start.length; i++) {
            if ((b[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether only the first or only the last of the first {@code width} bytes is not 0. */
    private static boolean zeros(byte[] b, int width) {
        int set = 0;
        for (int i = 0; i < width; i++) {
            set += b[i] == 0 ? 0 : 1;
        }
        return set == 1 && (b[0] != 0 || b[width - 1] != 0);
    }
}
