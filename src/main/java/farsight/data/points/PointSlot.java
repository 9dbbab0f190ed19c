package farsight.data.points;

import java.util.Locale;
import java.util.Optional;

/** A property of a point that a field can hold. A point is read into a row with one number per property. */
enum PointSlot {
    X(0),
    Y(1),
    Z(2),
    /** Colour in one word, 0xAARRGGBB. */
    PACKED(3),
    RED(4),
    GREEN(5),
    BLUE(6),
    NX(7),
    NY(8),
    NZ(9),
    LABEL(10);

    /** The length of a row. */
    static final int COUNT = 11;

    private final int place;

    PointSlot(int place) {
        this.place = place;
    }

    /** Index in a row. */
    int place() {
        return place;
    }

    /** The property of a field's name, by the names of PCL and of common PLY writers. */
    static Optional<PointSlot> named(String field) {
        return switch (field.toLowerCase(Locale.ROOT)) {
            case "x" -> Optional.of(X);
            case "y" -> Optional.of(Y);
            case "z" -> Optional.of(Z);
            case "rgb", "rgba" -> Optional.of(PACKED);
            case "red", "diffuse_red", "r" -> Optional.of(RED);
            case "green", "diffuse_green", "g" -> Optional.of(GREEN);
            case "blue", "diffuse_blue", "b" -> Optional.of(BLUE);
            case "normal_x", "nx" -> Optional.of(NX);
            case "normal_y", "ny" -> Optional.of(NY);
            case "normal_z", "nz" -> Optional.of(NZ);
            // CloudCompare's names of scalar fields.
            case "label", "scalar_label" -> Optional.of(LABEL);
            default -> Optional.empty();
        };
    }

    /** In words. */
    String text() {
        return switch (this) {
            case PACKED -> "colour";
            case NX, NY, NZ -> "normal " + "xyz".charAt(place - NX.place);
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
