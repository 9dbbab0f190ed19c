package farsight.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The number that full colour is, told from a column's declared type and from the values that are there: colours of 0 …
 * 255 are found under every type, and a range of the type alone would turn them black or cut them off.
 */
final class ColourRange {
    /** What rounding, or the filter of an image, may add to a range. */
    private static final double SLACK = 0.01;

    /** Fractions up to here are brighter than 1, or all but black beside 255: nobody can tell. */
    private static final double UNCLEAR = 8;

    private static final int BYTE = 255;
    private static final int WORD = 65535;

    private final ScalarType type;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private boolean whole = true;
    private long wrapped;
    private long outside;

    ColourRange(ScalarType type) {
        this.type = type;
    }

    /**
     * Takes a finite value into account.
     *
     * @return the value; of signed bytes and words that are negative, the unsigned one of the same bits
     */
    double take(double value) {
        double meant = value;
        if (value < 0 && (type == ScalarType.INT8 || type == ScalarType.INT16)) {
            meant += type == ScalarType.INT8 ? BYTE + 1 : WORD + 1;
            wrapped++;
        }
        least = Math.min(least, meant);
        most = Math.max(most, meant);
        whole &= meant == Math.rint(meant);
        // Further than a float's own rounding.
        if (meant < -1e-6 || meant > 1 + 1e-6) {
            outside++;
        }
        return meant;
    }

    /**
     * What to divide by.
     *
     * @param notes takes a line where the values are not as the type has them
     * @throws DataException where the values fit no range that colours have
     */
    double full(Path path, List<String> notes) {
        double full = full();
        if (least < -SLACK || full == 0) {
            throw new DataException("%s has colours of type %s from %s to %s, expected 0 … 1, 0 … 255 or 0 … 65535"
                    .formatted(path, type.text(), text(least), text(most)));
        }
        if (wrapped > 0) {
            notes.add("%s has colours of type %s with %,d negative values: they are taken as unsigned, 0 … %.0f"
                    .formatted(path, type.text(), wrapped, full));
        } else if (full != declared() && most > 0) {
            notes.add("%s has colours of type %s that run to %s: they are taken as 0 … %.0f"
                    .formatted(path, type.text(), text(most), full));
        }
        if (full == 1 && outside > 0) {
            notes.add("%s has %,d values of colour outside 0 … 1, from %s to %s: they are cut off"
                    .formatted(path, outside, text(least), text(most)));
        }
        return full;
    }

    /** 0 where there is no such number. */
    private double full() {
        if (type.isFloat() || !whole) {
            if (most <= 1 + SLACK) {
                return 1;
            }
            if (!whole && most < UNCLEAR) {
                return 0;
            }
        }
        if (wrapped > 0) {
            return type == ScalarType.INT8 ? BYTE : WORD;
        }
        if (most <= BYTE) {
            return BYTE;
        }
        if (type == ScalarType.INT16 && most <= Short.MAX_VALUE) {
            return Short.MAX_VALUE;
        }
        return most <= WORD ? WORD : 0;
    }

    /** Full colour of the type, as most files have it; 0 where types as wide hold anything. */
    private double declared() {
        return switch (type) {
            case UINT8, INT8 -> BYTE;
            case UINT16 -> WORD;
            case FLOAT32, FLOAT64 -> 1;
            default -> 0;
        };
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Float.toString((float) value);
    }
}
