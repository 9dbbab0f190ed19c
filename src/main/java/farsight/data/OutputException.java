package farsight.data;

import farsight.text.Line;
import java.io.IOException;

/**
 * An output that could not be written for a reason that lies with the disk, or with the reader of a pipe, and not with the
 * name that it was to have, which is a {@link DataException}: the disk is full or read-only, a quota is used up, a device
 * fails. The same command works where there is room.
 */
public final class OutputException extends RuntimeException {

    private final boolean pipe;

    /**
     * @param message what, where and what was expected; line breaks in it become spaces
     * @param cause what was thrown underneath
     */
    public OutputException(String message, IOException cause) {
        super(Line.of(message), cause);
        pipe = OutputFiles.brokenPipe(cause);
    }

    /** Whether the reader of a pipe had all that it wanted, as {@code head} has: nobody needs to be told. */
    public boolean brokenPipe() {
        return pipe;
    }
}
