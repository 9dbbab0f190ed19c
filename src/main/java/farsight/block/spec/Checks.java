package farsight.block.spec;

import java.util.Locale;

/** Checks of options, each with one line that names the field. */
public final class Checks {

    private Checks() {}

    public static void positive(String field, int value) {
        that(value >= 1, field + " must be at least 1, not " + value);
    }

    public static void that(boolean holds, String message) {
        if (!holds) {
            throw new SpecException(message);
        }
    }

    /** An enum constant as specs write it. */
    public static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }
}
