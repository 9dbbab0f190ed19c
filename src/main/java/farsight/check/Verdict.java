package farsight.check;

import java.util.Locale;

/** The verdict of the differences on a claimed gradient. */
public enum Verdict {
    /** It agrees. */
    OK,
    /** It is exactly 0 in every element, and so are the differences within their noise. */
    ZERO,
    /** The differences are too coarse to tell: lost in rounding, or across kinks of a ReLU or a maximum. */
    UNCLEAR,
    /** It does not agree. */
    WRONG;

    /** As in tables and JSON: {@code ok}, … */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
