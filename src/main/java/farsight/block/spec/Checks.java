package farsight.block.spec;

import java.util.Locale;

/** Checks of options, each with one line that names the field. */
public final class Checks {

    /** The most times that a block repeats its steps: its program grows with them. */
    private static final int MOST_REPEATS = 1000;

    private Checks() {}

    /**
     * Checks an extent.
     *
     * @throws SpecException when it is below 1
     */
    public static void positive(String field, int value) {
        that(value >= 1, field + " must be at least 1, not " + value);
    }

    /**
     * Checks how often a block repeats its steps.
     *
     * @throws SpecException when it is below 1 or above 1,000
     */
    public static void repeats(String field, int value) {
        that(
                value >= 1 && value <= MOST_REPEATS,
                "%s must be from 1 to %,d, not %d".formatted(field, MOST_REPEATS, value));
    }

    /**
     * Checks a condition.
     *
     * @param message names the field and what was expected
     * @throws SpecException when it does not hold
     */
    public static void that(boolean holds, String message) {
        if (!holds) {
            throw new SpecException(message);
        }
    }

    /**
     * Checks that float32, in which a network computes, holds a number: not as 0, nor as infinity.
     *
     * @throws SpecException when it does not
     */
    public static void float32(String field, double value) {
        that(
                Float.isFinite((float) value) && (value == 0) == ((float) value == 0),
                "%s is %s, which float32 holds only as %s".formatted(field, value, (float) value));
    }

    /** An enum constant as specs write it. */
    public static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }
}
