package farsight.cli;

/** The exit codes of the process. */
final class ExitCode {

    /** Done. */
    static final int DONE = 0;

    /** Failed for any other reason. */
    static final int FAILED = 1;

    /** Bad usage or bad input. */
    static final int BAD_INPUT = 2;

    /** Refused, because it would not fit in memory. */
    static final int REFUSED = 3;

    private ExitCode() {}
}
