package farsight.cli.output;

/** The exit codes of the process. */
public final class ExitCode {

    /** Done. */
    public static final int DONE = 0;

    /** Failed for any other reason. */
    public static final int FAILED = 1;

    /** Bad usage or bad input. */
    public static final int BAD_INPUT = 2;

    /** Refused, because it would not fit in memory. */
    public static final int REFUSED = 3;

    private ExitCode() {}
}
