package farsight.doctor;

import java.util.Locale;

/** The outcome of a check. */
public enum Outcome {
    /** Present, and works. */
    OK,
    /** Present, and works; worth knowing. */
    NOTE,
    /** Absent, and not needed by anything that is set up. */
    NONE,
    /** Works, but not as well as it could. */
    WARN,
    /** Absent, but needed by something that is set up. */
    MISSING,
    /** Present, and does not work. */
    BROKEN;

    /** Whether something that is set up cannot work. */
    public boolean bad() {
        return this == MISSING || this == BROKEN;
    }

    /** Lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
