package farsight.cli;

/** What the process answers its caller. */
final class ExitCode {

    /** Done. */
    static final int DONE = 0;

    /** Failed for a reason that is none of the others. */
    static final int FAILED = 1;

    /** Bad usage or bad input. */
    static final int BAD_INPUT = 2;

    /** Refused, because it would not fit in memory. */
    static final int REFUSED = 3;

    private ExitCode() {}
}
