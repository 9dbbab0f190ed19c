package farsight.train;

/** A loss that is not finite. Its message names the step, the layer where it began, and what to do. */
public final class DivergedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With its message. */
    public DivergedException(String message) {
        super(message);
    }
}
