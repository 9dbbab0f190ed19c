package farsight.doctor;

import java.util.Locale;

/** How a check came out. */
public enum Outcome {
    /** There, and works. */
    OK,
    /** There, and works; worth knowing. */
    NOTE,
    /** Not there, and nothing that is set up asks for it. */
    NONE,
    /** Works, but not as well as it could. */
    WARN,
    /** Something that is set up needs it, and it is not there. */
    MISSING,
    /** There, and does not work. */
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
