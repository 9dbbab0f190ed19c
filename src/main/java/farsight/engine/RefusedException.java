package farsight.engine;

/** A program would exceed a limit; it was refused before anything was allocated. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line: the amount requested, and the limit it exceeds. */
    public RefusedException(String message) {
        super(message);
    }
}
