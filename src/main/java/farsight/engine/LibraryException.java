package farsight.engine;

/** A library's kernels were requested where they cannot be called. */
public final class LibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line: where, and what is missing. */
    public LibraryException(String why) {
        super(why);
    }
}
