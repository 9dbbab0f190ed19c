package farsight.block;

/** A block's options are unknown, missing or contradict each other. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line that names the field and what is allowed. */
    public SpecException(String message) {
        super(message);
    }
}
