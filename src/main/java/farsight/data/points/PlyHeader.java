package farsight.data.points;

import farsight.data.DataException;
import farsight.data.ScalarType;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text header of a PLY file.
 *
 * @param order the byte order of a binary file; empty for text
 * @param elements in the file's order, one of them named vertex
 */
record PlyHeader(Optional<ByteOrder> order, List<Element> elements) {
    private static final String VERTEX = "vertex";
    private static final int MAX_PROPERTIES = 1024;

    /**
     * A table of the file.
     *
     * @param count its rows
     */
    record Element(String name, long count, List<Property> properties) {
        boolean isVertex() {
            return name.equals(VERTEX);
        }

        /** Bytes per row in a binary file; a lower bound where it has lists. */
        long leastBytes() {
            return properties.stream()
                    .mapToLong(property ->
                            property.listCount().orElse(property.field().type()).bytes())
                    .sum();
        }
    }

    /**
     * A column of an element.
     *
     * @param field its name and the type of its numbers
     * @param listCount type of the list's length in each row; empty for a single number
     */
    record Property(PointField field, Optional<ScalarType> listCount) {}

    /** The table of the points. */
    Element vertex() {
        return elements.stream().filter(Element::isVertex).findFirst().orElseThrow();
    }

    /**
     * Reads and checks a header, to the end of its last line.
     *
     * @throws DataException where a line does not belong in a PLY header, or there is no element vertex
     */
    static PlyHeader read(Path path, TextCursor text) {
        if (!text.line().equals("ply")) {
            throw new DataException(path + " is not a PLY file: expected ply in its first line");
        }
        Optional<Optional<ByteOrder>> order = Optional.empty();
        List<Element> elements = new ArrayList<>();
        for (String line = text.line(); !line.equals("end_header"); line = text.line()) {
            String[] words = line.split("\\s+");
            switch (words[0]) {
                case "comment", "obj_info", "" -> {}
                case "format" -> order = Optional.of(order(text, words));
                case "element" -> elements.add(element(text, words));
                case "property" -> {
                    if (elements.isEmpty()) {
                        throw new DataException(text.where() + ": a property before any element");
                    }
                    Element last = elements.getLast();
                    if (last.properties().size() == MAX_PROPERTIES) {
                        throw new DataException("%s: more than %d properties".formatted(text.where(), MAX_PROPERTIES));
                    }
                    last.properties().add(property(text, words));
                }
                default ->
                    throw new DataException("%s: unknown entry %s of a PLY header, expected element or property"
                            .formatted(text.where(), DataException.quote(words[0])));
            }
        }
        if (elements.stream().filter(Element::isVertex).count() != 1) {
            throw new DataException(path + " must have exactly one element vertex, which holds the points");
        }
        return new PlyHeader(
                order.orElseThrow(() -> new DataException(path + " has no format in its PLY header")),
                List.copyOf(elements));
    }

    private static Optional<ByteOrder> order(TextCursor text, String[] words) {
        String format = words.length == 3 && words[2].equals("1.0") ? words[1] : "";
        return switch (format) {
            case "ascii" -> Optional.empty();
            case "binary_little_endian" -> Optional.of(ByteOrder.LITTLE_ENDIAN);
            case "binary_big_endian" -> Optional.of(ByteOrder.BIG_ENDIAN);
            default ->
                throw new DataException(text.where()
                        + ": expected format ascii, binary_little_endian or binary_big_endian, and 1.0 after it");
        };
    }

    private static Element element(TextCursor text, String[] words) {
        try {
            if (words.length == 3 && Long.parseLong(words[2]) >= 0) {
                return new Element(words[1], Long.parseLong(words[2]), new ArrayList<>());
            }
        } catch (NumberFormatException e) {
            // Reported below, with what is expected.
        }
        throw new DataException(text.where() + ": expected an element's name and its number of rows");
    }

    private static Property property(TextCursor text, String[] words) {
        if (words.length == 3) {
            return new Property(PointField.of(words[2], type(text, words[1])), Optional.empty());
        }
        if (words.length == 5 && words[1].equals("list")) {
            ScalarType count = type(text, words[2]);
            if (count.isFloat()) {
                throw new DataException(text.where() + ": a list counted in floats, expected an integer type");
            }
            PointField field = PointField.of(words[4], type(text, words[3])).unused();
            return new Property(field, Optional.of(count));
        }
        throw new DataException(
                text.where() + ": expected property with a type and a name, or list with two types and a name");
    }

    private static ScalarType type(TextCursor text, String name) {
        return switch (name) {
            case "char", "int8" -> ScalarType.INT8;
            case "uchar", "uint8" -> ScalarType.UINT8;
            case "short", "int16" -> ScalarType.INT16;
            case "ushort", "uint16" -> ScalarType.UINT16;
            case "int", "int32" -> ScalarType.INT32;
            case "uint", "uint32" -> ScalarType.UINT32;
            case "float", "float32" -> ScalarType.FLOAT32;
            case "double", "float64" -> ScalarType.FLOAT64;
            default ->
                throw new DataException(
                        "%s: unknown type %s, expected char, uchar, short, ushort, int, uint, float or double"
                                .formatted(text.where(), DataException.quote(name)));
        };
    }
}
