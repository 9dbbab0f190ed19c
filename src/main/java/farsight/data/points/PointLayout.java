package farsight.data.points;

import farsight.data.DataException;
import farsight.data.ScalarType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The meaning of a point-cloud file's columns.
 *
 * @param fields the used columns, by the property that they hold
 * @param notes warnings for the reader of the cloud, one line each
 */
record PointLayout(Map<PointSlot, PointField> fields, List<String> notes) {
    private static final Set<PointSlot> POSITION = EnumSet.of(PointSlot.X, PointSlot.Y, PointSlot.Z);
    private static final Set<PointSlot> COLOUR = EnumSet.of(PointSlot.RED, PointSlot.GREEN, PointSlot.BLUE);
    private static final Set<PointSlot> NORMAL = EnumSet.of(PointSlot.NX, PointSlot.NY, PointSlot.NZ);

    /**
     * The layout of a file's columns. Where two hold the same property under different names, such as red and
     * diffuse_red, the last counts, and a note says so.
     *
     * @throws DataException where x, y or z is missing, two columns share a name or a coordinate, or a packed colour is
     *     not 4 bytes wide
     */
    static PointLayout of(Path path, List<PointField> columns) {
        Map<PointSlot, PointField> fields = new EnumMap<>(PointSlot.class);
        List<String> notes = new ArrayList<>();
        for (PointField field : columns) {
            if (field.slot().isEmpty()) {
                continue;
            }
            PointSlot slot = field.slot().get();
            PointField before = fields.put(slot, field);
            if (before != null && (POSITION.contains(slot) || before.name().equals(field.name()))) {
                throw new DataException("%s has two fields for %s, expected one: its fields are %s"
                        .formatted(path, slot.name().toLowerCase(Locale.ROOT), names(columns)));
            }
            if (before != null) {
                notes.add("%s has %s in its fields %s and %s: the latter is taken"
                        .formatted(
                                path,
                                slot.text(),
                                DataException.quote(before.name()),
                                DataException.quote(field.name())));
            }
            if (slot == PointSlot.PACKED && field.type().bytes() != Integer.BYTES) {
                throw new DataException("%s packs colour into a field %s of %d bytes, expected 4"
                        .formatted(
                                path,
                                DataException.quote(field.name()),
                                field.type().bytes()));
            }
        }
        if (!fields.keySet().containsAll(POSITION)) {
            throw new DataException("%s has no positions: its fields are %s, expected x, y and z of one number each"
                    .formatted(path, names(columns)));
        }
        return new PointLayout(fields, List.copyOf(notes));
    }

    /** Whether colours are packed into one word. */
    boolean packed() {
        return fields.containsKey(PointSlot.PACKED);
    }

    /** Whether points have colours. */
    boolean coloured() {
        return packed() || fields.keySet().containsAll(COLOUR);
    }

    /** Whether points have normals. */
    boolean oriented() {
        return fields.keySet().containsAll(NORMAL);
    }

    /** Whether points have labels. */
    boolean labelled() {
        return fields.containsKey(PointSlot.LABEL);
    }

    /** The declared type of a property that is there. */
    ScalarType type(PointSlot slot) {
        PointField field = fields.get(slot);
        if (field == null) {
            throw new IllegalArgumentException("no " + slot);
        }
        return field.type();
    }

    private static String names(List<PointField> fields) {
        String names = fields.stream().limit(20).map(PointField::name).collect(Collectors.joining(", "));
        return fields.isEmpty() ? "none" : fields.size() > 20 ? names + ", …" : names;
    }
}
