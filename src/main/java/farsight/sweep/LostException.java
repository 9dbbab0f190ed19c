package farsight.sweep;

/** The process that measured a point ended without an answer. */
public final class LostException extends RuntimeException {

    private final Status status;

    /**
     * @param status how the point ended, for example {@link Status#OUT_OF_MEMORY}
     * @param message how the process ended
     */
    public LostException(Status status, String message) {
        super(message);
        this.status = status;
    }

    /** How the point ended. */
    public Status status() {
        return status;
    }
}
