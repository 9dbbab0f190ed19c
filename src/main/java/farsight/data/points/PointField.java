package farsight.data.points;

import farsight.data.ScalarType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * One column of a point-cloud file.
 *
 * @param name as in the file's header
 * @param type of each of its numbers
 * @param slot the property of a point that it holds; empty where unused
 */
record PointField(String name, ScalarType type, Optional<PointSlot> slot) {
    static PointField of(String name, ScalarType type) {
        return new PointField(name, type, PointSlot.named(name));
    }

    /** The same column, marked as unused. */
    PointField unused() {
        return new PointField(name, type, Optional.empty());
    }

    /** Reads the value at a byte of a binary file into its place in a row. */
    void read(MemorySegment file, long at, ByteOrder order, double[] row) {
        if (slot.isEmpty()) {
            return;
        }
        // A colour packed into a float is a NaN where its alpha is 255: it must be read as bits.
        row[slot.get().place()] = (isPackedFloat() ? ScalarType.UINT32 : type).read(file, at, order);
    }

    /**
     * Reads the value of a word of a text file into its place in a row.
     *
     * @return the word's number
     * @throws NumberFormatException where the word is not a number, or packs no colour
     */
    double parse(String word, double[] row) {
        double value = ScalarType.parse(word);
        if (slot.isPresent()) {
            row[slot.get().place()] = slot.get() == PointSlot.PACKED ? packed(word, value) : value;
        }
        return value;
    }

    // Text keeps no bits of a NaN: it means that there is no colour.
    private double packed(String word, double value) {
        if (isPackedFloat()) {
            float bits = (float) value;
            return Float.isFinite(bits) ? Integer.toUnsignedLong(Float.floatToRawIntBits(bits)) : Double.NaN;
        }
        if (Double.isFinite(value) && (value != Math.rint(value) || value < Integer.MIN_VALUE || value >= 0x1p32)) {
            throw new NumberFormatException(word);
        }
        return Double.isFinite(value) ? value : Double.NaN;
    }

    private boolean isPackedFloat() {
        return slot.equals(Optional.of(PointSlot.PACKED)) && type == ScalarType.FLOAT32;
    }
}
