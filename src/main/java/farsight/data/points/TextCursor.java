package farsight.data.points;

import farsight.data.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a mapped file as text: whole lines of a header, then words of rows. */
final class TextCursor {
    private static final int MAX_LINE = 1 << 16;
    private static final int MAX_WORD = 256;

    private final Path path;
    private final MemorySegment file;
    private long position;
    private long line;

    TextCursor(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
    }

    /** Offset of the next byte. */
    long position() {
        return position;
    }

    /** Names the last line in messages: {@code cloud.pcd, line 7}. */
    String where() {
        return path + ", line " + line;
    }

    /**
     * The next line, without its end and surrounding blanks.
     *
     * @throws DataException where the file ends, or the line is so long that the file is not text
     */
    String line() {
        if (atEnd()) {
            throw new DataException(path + " is truncated: it ends within its header");
        }
        line++;
        long begin = position;
        while (!atEnd() && file.get(ValueLayout.JAVA_BYTE, position) != '\n') {
            if (position - begin == MAX_LINE) {
                throw new DataException(
                        "%s has more than %d characters, expected a header of text".formatted(where(), MAX_LINE));
            }
            position++;
        }
        String text = text(begin, position).strip();
        if (!atEnd()) {
            position++;
        }
        return text;
    }

    /**
     * Begins the next row of words, skipping empty lines.
     *
     * @param what names the row in the message where the file ends
     */
    void beginRow(String what, long number, long count) {
        line++;
        skipBlanks();
        while (!atEnd() && isLineEnd(position)) {
            line++;
            position++;
            skipBlanks();
        }
        if (atEnd()) {
            throw new DataException("%s is truncated: it ends before %s %d of %d".formatted(path, what, number, count));
        }
    }

    /**
     * The next word of the row.
     *
     * @throws DataException where the row has no more
     */
    String word() {
        skipBlanks();
        if (atEnd() || isLineEnd(position)) {
            throw new DataException(where() + " has fewer values than the header has fields");
        }
        long begin = position;
        while (!atEnd() && !isBlank(position) && !isLineEnd(position)) {
            if (position - begin == MAX_WORD) {
                throw new DataException(where() + " has a word of more than " + MAX_WORD + " characters");
            }
            position++;
        }
        return text(begin, position);
    }

    /**
     * Ends the row.
     *
     * @throws DataException where it has more words
     */
    void endRow() {
        skipBlanks();
        if (!atEnd() && !isLineEnd(position)) {
            throw new DataException(where() + " has more values than the header has fields");
        }
        position++;
    }

    /** Whether nothing but blanks and empty lines is left. */
    boolean onlyBlanksLeft() {
        while (!atEnd() && (isBlank(position) || isLineEnd(position))) {
            position++;
        }
        return atEnd();
    }

    private String text(long begin, long end) {
        byte[] bytes = file.asSlice(begin, end - begin).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private boolean atEnd() {
        return position >= file.byteSize();
    }

    private void skipBlanks() {
        while (!atEnd() && isBlank(position)) {
            position++;
        }
    }

    private boolean isBlank(long at) {
        byte c = file.get(ValueLayout.JAVA_BYTE, at);
        return c == ' ' || c == '\t' || c == '\r';
    }

    private boolean isLineEnd(long at) {
        return file.get(ValueLayout.JAVA_BYTE, at) == '\n';
    }
}
