package farsight.data.points;

import farsight.data.points.CloudFiles.Column;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Point clouds written and read in memory, for tests of what a file means. */
final class MemoryClouds {
    /** For messages: the bytes come from memory. */
    static final Path FILE = Path.of("some", "cloud");

    /** PCD by its DATA, PLY in text as ply. */
    static final List<String> ENCODINGS =
            List.of("ascii", "binary", "binary_compressed", "ply", "binary_little_endian", "binary_big_endian");

    private MemoryClouds() {}

    static PointCloud read(byte[] bytes) {
        return PointClouds.read(FILE, MemorySegment.ofArray(bytes));
    }

    static PointCloud read(String text) {
        return read(text.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] bytes(String encoding, List<Column> columns) {
        return switch (encoding) {
            case "ascii", "binary", "binary_compressed" ->
                CloudFiles.pcdBytes(encoding, columns.getFirst().values().length, 1, columns);
            case "ply" -> CloudFiles.plyBytes("ascii", columns);
            default -> CloudFiles.plyBytes(encoding, columns);
        };
    }

    /** So many points at 0, 0, 0 with what else is given. */
    static List<Column> at0(int points, Column... others) {
        List<Column> columns = new ArrayList<>();
        for (String axis : List.of("x", "y", "z")) {
            columns.add(new Column(axis, "F4", new double[points]));
        }
        columns.addAll(List.of(others));
        return columns;
    }
}
