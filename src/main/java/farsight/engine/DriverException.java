package farsight.engine;

/** TornadoVM was started, and cannot tell which devices there are: most often a driver that does not work. */
public final class DriverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public static final String ADVICE = "`farsight doctor` looks at the drivers";

    /** Of what TornadoVM threw, whose first cause the message tells. */
    public DriverException(Throwable failure) {
        super("TornadoVM cannot list its devices: " + text(first(failure)), failure);
    }

    private static Throwable first(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first;
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        return message == null || message.isBlank()
                ? name
                : name + ": " + message.lines().findFirst().orElse("").strip();
    }
}
