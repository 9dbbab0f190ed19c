package farsight.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;

/**
 * The thread that read an input was interrupted: the file is not at fault. The thread's interrupt flag is set when this
 * is thrown.
 */
public final class ReadInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ReadInterruptedException(Path path, IOException cause) {
        super("reading " + path + " was interrupted", cause);
    }

    /**
     * Throws this exception if an interrupt made a read fail.
     *
     * @param e failure of the read
     */
    public static void check(Path path, IOException e) {
        if (e instanceof ClosedByInterruptException || e instanceof InterruptedIOException) {
            Thread.currentThread().interrupt();
            throw new ReadInterruptedException(path, e);
        }
    }
}
