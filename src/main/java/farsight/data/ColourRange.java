package farsight.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Finds the value of full colour from a column's declared type and its actual values. Colours of 0 … 255 occur under
 * every type; by the type alone they would turn black or be cut off.
 */
public final class ColourRange {
    /** How far rounding, or the filter of an image, may exceed a range. */
    private static final double SLACK = 0.01;

    /** Up to here fractions are ambiguous: overbright on the scale of 1, or almost black on the scale of 255. */
    private static final double UNCLEAR = 8;

    private static final int BYTE = 255;
    private static final int WORD = 65535;

    private final ScalarType type;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private boolean whole = true;
    private long wrapped;
    private long outside;

    public ColourRange(ScalarType type) {
        this.type = type;
    }

    /**
     * Takes a finite value into account.
     *
     * @return the value; a negative signed byte or word is returned as the unsigned number of the same bits
     */
    public double take(double value) {
        double meant = value;
        if (value < 0 && (type == ScalarType.INT8 || type == ScalarType.INT16)) {
            meant += type == ScalarType.INT8 ? BYTE + 1 : WORD + 1;
            wrapped++;
        }
        least = Math.min(least, meant);
        most = Math.max(most, meant);
        whole &= meant == Math.rint(meant);
        // Beyond a float's own rounding.
        if (meant < -1e-6 || meant > 1 + 1e-6) {
            outside++;
        }
        return meant;
    }

    /**
     * The divisor that scales colours to 0 … 1.
     *
     * @param notes takes a line where the values do not match the type
     * @throws DataException where the values fit no range of colours
     */
    public double full(Path path, List<String> notes) {
        double full = full();
        if (least < -SLACK || full == 0) {
            throw new DataException("%s has colours of type %s from %s to %s, expected 0 … 1, 0 … 255 or 0 … 65535"
                    .formatted(path, type.text(), text(least), text(most)));
        }
        if (wrapped > 0) {
            notes.add("%s has colours of type %s with %,d negative values: they are taken as unsigned, 0 … %.0f"
                    .formatted(path, type.text(), wrapped, full));
        } else if (full != declared() && most > 0) {
            notes.add("%s has colours of type %s up to %s: they are taken as 0 … %.0f"
                    .formatted(path, type.text(), text(most), full));
        }
        if (full == 1 && outside > 0) {
            notes.add("%s has %,d values of colour outside 0 … 1, from %s to %s: they are cut off"
                    .formatted(path, outside, text(least), text(most)));
        }
        return full;
    }

    /** 0 where the values fit no range. */
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

    /** The usual full colour of the type; 0 for types without a usual range. */
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
