package farsight.sweep;

import java.util.Locale;

/** How a point of a sweep ended. None of them ends the sweep. */
public enum Status {
    /** Ran; measured. */
    OK,
    /** Predicted to exceed a limit; nothing was allocated. */
    REFUSED,
    /** Ran out of memory although the prediction fitted. */
    OUT_OF_MEMORY,
    /** Failed for another reason, which the message gives. */
    FAILED;

    /** As files and tables write it, for example {@code out-of-memory}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
