package farsight.data;

import farsight.text.Line;
import java.io.IOException;

/**
 * An output failed because of the disk, or of the reader of a pipe: the disk is full or read-only, a quota is used up,
 * a device fails. The same command works where there is room. A failure of the output's name is a
 * {@link DataException}.
 */
public final class OutputException extends RuntimeException {

    private final boolean pipe;

    /**
     * @param message the fault, the place and what was expected; line breaks become spaces
     * @param cause the underlying exception
     */
    public OutputException(String message, IOException cause) {
        super(Line.of(message), cause);
        pipe = OutputFiles.brokenPipe(cause);
    }

    /** Whether the reader of a pipe stopped reading, as {@code head} does; that needs no message. */
    public boolean brokenPipe() {
        return pipe;
    }
}
