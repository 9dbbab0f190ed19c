package farsight.data.points;

import farsight.data.DataException;
import farsight.data.ScalarType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The text header of a PCD file.
 *
 * @param columns the fields in the file's order
 * @param width points per row
 * @param height rows
 * @param encoding of the points
 * @param dataAt the first byte after the header
 */
record PcdHeader(List<Column> columns, int width, int height, Encoding encoding, long dataAt) {
    private static final Set<String> VERSIONS = Set.of(".7", "0.7", ".6", "0.6", ".5", "0.5");
    private static final Set<String> KEYS = Set.of(
            "VERSION", "FIELDS", "COLUMNS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "VIEWPOINT", "POINTS", "DATA");
    private static final int MAX_FIELDS = 1024;

    /** How a PCD file stores its points. */
    enum Encoding {
        ASCII,
        BINARY,
        BINARY_COMPRESSED
    }

    /**
     * A field. It may have several numbers per point; only fields with one are used.
     *
     * @param count its numbers per point
     */
    record Column(PointField field, int count) {
        /** Its bytes per point. */
        long bytes() {
            return (long) field.type().bytes() * count;
        }
    }

    /** Number of points that the file claims. */
    int points() {
        return width * height;
    }

    /** Bytes per point. */
    long stride() {
        return columns.stream().mapToLong(Column::bytes).sum();
    }

    /** Numbers per point. */
    long numbers() {
        return columns.stream().mapToLong(Column::count).sum();
    }

    List<PointField> fields() {
        return columns.stream().map(Column::field).toList();
    }

    /**
     * Reads and checks a header.
     *
     * @throws DataException where an entry is missing, unknown, given twice, or contradicts another
     */
    static PcdHeader read(Path path, TextCursor text) {
        Map<String, List<String>> entries = new HashMap<>();
        while (!entries.containsKey("DATA")) {
            String line = text.line();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            List<String> words = Arrays.asList(line.split("\\s+"));
            String word = words.getFirst().toUpperCase(Locale.ROOT);
            String key = word.equals("COLUMNS") ? "FIELDS" : word;
            if (!KEYS.contains(key)) {
                throw new DataException("%s: unknown entry %s of a PCD header, expected one of %s"
                        .formatted(text.where(), DataException.quote(key), new TreeSet<>(KEYS)));
            }
            if (entries.put(key, words.subList(1, words.size())) != null) {
                throw new DataException("%s: a second %s in a PCD header".formatted(text.where(), key));
            }
        }
        checkVersion(path, entries);
        // The first versions have no WIDTH or HEIGHT; HEIGHT may be 0 where points form no rows.
        long width = number(path, entries, entries.containsKey("WIDTH") ? "WIDTH" : "POINTS");
        long height = entries.containsKey("HEIGHT") ? Math.max(1, number(path, entries, "HEIGHT")) : 1;
        int points = PointCloudBuilder.checkCount(path, product(path, width, height));
        if (entries.containsKey("POINTS") && number(path, entries, "POINTS") != points) {
            throw new DataException("%s claims POINTS %s, but WIDTH %d times HEIGHT %d"
                    .formatted(path, single(path, entries, "POINTS"), width, height));
        }
        return new PcdHeader(
                columns(path, entries), (int) width, (int) height, encoding(path, entries), text.position());
    }

    private static void checkVersion(Path path, Map<String, List<String>> entries) {
        if (entries.containsKey("VERSION") && !VERSIONS.contains(single(path, entries, "VERSION"))) {
            throw new DataException("%s is of PCD version %s, expected 0.7"
                    .formatted(path, DataException.quote(single(path, entries, "VERSION"))));
        }
    }

    /** Whether the file is of a version whose fields default to floats of 4 bytes. */
    private static boolean isOld(Map<String, List<String>> entries) {
        List<String> version = entries.get("VERSION");
        return version == null || !version.getFirst().endsWith(".7");
    }

    private static List<Column> columns(Path path, Map<String, List<String>> entries) {
        List<String> names = words(path, entries, "FIELDS");
        if (names.isEmpty() || names.size() > MAX_FIELDS) {
            throw new DataException("%s has %d fields, expected 1 to %d".formatted(path, names.size(), MAX_FIELDS));
        }
        List<String> sizes = words(path, entries, "SIZE", names, isOld(entries) ? "4" : "");
        List<String> types = words(path, entries, "TYPE", names, isOld(entries) ? "F" : "");
        List<String> counts = words(path, entries, "COUNT", names, "1");
        if (sizes.size() != names.size() || types.size() != names.size() || counts.size() != names.size()) {
            throw new DataException("%s has %d FIELDS, but %d of SIZE, %d of TYPE and %d of COUNT"
                    .formatted(path, names.size(), sizes.size(), types.size(), counts.size()));
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            long count = whole(path, "COUNT", counts.get(i));
            PointField field =
                    PointField.of(name, type(path, name, types.get(i).toUpperCase(Locale.ROOT) + sizes.get(i)));
            // Lidar drivers leave padding of no bytes and other empty fields, which take no space.
            if ((count < 1 && field.slot().isPresent()) || count > Integer.MAX_VALUE) {
                throw new DataException("%s has a COUNT of %d for the field %s, expected at least 1"
                        .formatted(path, count, DataException.quote(name)));
            }
            columns.add(new Column(count == 1 ? field : field.unused(), (int) count));
        }
        return List.copyOf(columns);
    }

    private static ScalarType type(Path path, String field, String typeAndSize) {
        return switch (typeAndSize) {
            case "I1" -> ScalarType.INT8;
            case "I2" -> ScalarType.INT16;
            case "I4" -> ScalarType.INT32;
            case "I8" -> ScalarType.INT64;
            case "U1" -> ScalarType.UINT8;
            case "U2" -> ScalarType.UINT16;
            case "U4" -> ScalarType.UINT32;
            case "U8" -> ScalarType.UINT64;
            case "F4" -> ScalarType.FLOAT32;
            case "F8" -> ScalarType.FLOAT64;
            default ->
                throw new DataException(
                        "%s has the field %s of TYPE and SIZE %s, expected I or U with 1, 2, 4 or 8, or F with 4 or 8"
                                .formatted(path, DataException.quote(field), DataException.quote(typeAndSize)));
        };
    }

    private static Encoding encoding(Path path, Map<String, List<String>> entries) {
        String name = single(path, entries, "DATA");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "ascii" -> Encoding.ASCII;
            case "binary" -> Encoding.BINARY;
            case "binary_compressed" -> Encoding.BINARY_COMPRESSED;
            default ->
                throw new DataException("%s has DATA %s, expected ascii, binary or binary_compressed"
                        .formatted(path, DataException.quote(name)));
        };
    }

    /** The words of an entry; where it may be missing and is, {@code usual} once per name. */
    private static List<String> words(
            Path path, Map<String, List<String>> entries, String key, List<String> names, String usual) {
        return usual.isEmpty() || entries.containsKey(key)
                ? words(path, entries, key)
                : names.stream().map(name -> usual).toList();
    }

    private static List<String> words(Path path, Map<String, List<String>> entries, String key) {
        List<String> words = entries.get(key);
        if (words == null) {
            throw new DataException("%s has no %s in its PCD header".formatted(path, key));
        }
        return words;
    }

    private static String single(Path path, Map<String, List<String>> entries, String key) {
        List<String> words = words(path, entries, key);
        if (words.size() != 1) {
            throw new DataException(
                    "%s has %d values of %s in its PCD header, expected 1".formatted(path, words.size(), key));
        }
        return words.getFirst();
    }

    private static long number(Path path, Map<String, List<String>> entries, String key) {
        return whole(path, key, single(path, entries, key));
    }

    private static long whole(Path path, String key, String word) {
        try {
            long value = Long.parseLong(word);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, with what is expected.
        }
        throw new DataException(
                "%s has %s %s, expected a whole number >= 0".formatted(path, key, DataException.quote(word)));
    }

    private static long product(Path path, long width, long height) {
        try {
            return Math.multiplyExact(width, height);
        } catch (ArithmeticException e) {
            throw new DataException("%s claims %d times %d points".formatted(path, width, height), e);
        }
    }
}
