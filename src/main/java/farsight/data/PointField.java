package farsight.data;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One column of a point-cloud file.
 *
 * @param name as the file's header has it
 * @param type of each of its numbers
 * @param slot what it says of a point, or empty where that is nothing we use
 */
record PointField(String name, ScalarType type, Optional<PointSlot> slot) {
    static PointField of(String name, ScalarType type) {
        return new PointField(name, type, PointSlot.named(name));
    }

    /** The same column, to be passed over. */
    PointField unused() {
        return new PointField(name, type, Optional.empty());
    }

    /** Puts the value at a byte of a binary file into its place of a row. */
    void read(MemorySegment file, long at, ByteOrder order, double[] row) {
        if (slot.isEmpty()) {
            return;
        }
        // A colour packed into a float is a NaN where its alpha is 255: only its bits may be touched.
        boolean bits = slot.get() == PointSlot.PACKED && type == ScalarType.FLOAT32;
        double value = (bits ? ScalarType.UINT32 : type).read(file, at, order);
        row[slot.get().place()] = slot.get().isColour() ? value / full() : value;
    }

    /**
     * Puts the value of a word of a text file into its place of a row.
     *
     * @return the number the word is
     * @throws NumberFormatException where the word is no number
     */
    double parse(String word, double[] row) {
        double value = ScalarType.parse(word);
        if (slot.isPresent()) {
            boolean bits = slot.get() == PointSlot.PACKED && type == ScalarType.FLOAT32;
            double meant = bits ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) value)) : value;
            row[slot.get().place()] = slot.get().isColour() ? meant / full() : meant;
        }
        return value;
    }

    // The number that full colour is: floats run to 1, integers to 255 but for 16 bits.
    private double full() {
        return type.isFloat() ? 1 : type == ScalarType.UINT16 ? 65535 : 255;
    }

    /**
     * What the columns of a file say of a point.
     *
     * @throws DataException where x, y or z is missing, two columns say the same, or a packed colour is
     *     not 4 bytes wide
     */
    static Set<PointSlot> slots(Path path, List<PointField> fields) {
        Set<PointSlot> slots = EnumSet.noneOf(PointSlot.class);
        for (PointField field : fields) {
            if (field.slot.isPresent() && !slots.add(field.slot.get())) {
                throw new DataException("%s has two fields for %s, expected one: its fields are %s"
                        .formatted(path, field.slot.get().name().toLowerCase(Locale.ROOT), names(fields)));
            }
            if (field.slot.equals(Optional.of(PointSlot.PACKED)) && field.type.bytes() != Integer.BYTES) {
                throw new DataException("%s packs colour into a field %s of %d bytes, expected 4"
                        .formatted(path, DataException.quote(field.name), field.type.bytes()));
            }
        }
        if (!slots.containsAll(EnumSet.of(PointSlot.X, PointSlot.Y, PointSlot.Z))) {
            throw new DataException("%s has no positions: its fields are %s, expected x, y and z of one number each"
                    .formatted(path, names(fields)));
        }
        return slots;
    }

    private static String names(List<PointField> fields) {
        String names = fields.stream().limit(20).map(PointField::name).collect(Collectors.joining(", "));
        return fields.isEmpty() ? "none" : fields.size() > 20 ? names + ", …" : names;
    }
}
