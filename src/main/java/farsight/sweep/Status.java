package farsight.sweep;

import java.util.Locale;

/** How a point of a sweep ended. No status ends the sweep. */
public enum Status {
    /** Ran; measured. */
    OK,
    /** Predicted to exceed a limit; nothing was allocated. */
    REFUSED,
    /** Ran out of memory although the prediction fit. */
    OUT_OF_MEMORY,
    /** Failed for another reason; see the message. */
    FAILED;

    /** As in files and tables, for example {@code out-of-memory}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
