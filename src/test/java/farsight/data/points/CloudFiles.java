package farsight.data.points;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes point clouds in each encoding of PCD and PLY, for tests to read. */
final class CloudFiles {
    private CloudFiles() {}

    /**
     * A field with its values, one a point.
     *
     * @param type the TYPE and SIZE of PCD, as in F4
     */
    record Column(String name, String type, double... values) {
        int bytes() {
            return type.charAt(1) - '0';
        }

        void put(ByteBuffer out, int point) {
            double value = values[point];
            switch (type) {
                case "F4" -> out.putFloat((float) value);
                case "F8" -> out.putDouble(value);
                // A packed colour, given as its word: stored as the float of these bits.
                case "P4" -> out.putInt((int) (long) value);
                case "I1", "U1" -> out.put((byte) value);
                case "I2", "U2" -> out.putShort((short) (int) value);
                case "I4", "U4" -> out.putInt((int) (long) value);
                case "I8", "U8" -> out.putLong((long) value);
                default -> throw new AssertionError(type);
            }
        }

        String text(int point) {
            double value = values[point];
            return switch (type) {
                case "F4" -> Double.isNaN(value) ? "nan" : Float.toString((float) value);
                case "F8" -> Double.isNaN(value) ? "NaN" : Double.toString(value);
                case "P4" -> Float.toString(Float.intBitsToFloat((int) (long) value));
                default -> Long.toString((long) value);
            };
        }

        String plyType() {
            return switch (type) {
                case "F4" -> "float";
                case "F8" -> "double";
                case "I1" -> "char";
                case "U1" -> "uchar";
                case "I2" -> "short";
                case "U2" -> "ushort";
                case "I4" -> "int";
                case "U4" -> "uint";
                default -> throw new AssertionError(type);
            };
        }
    }

    static Path pcd(Path file, String encoding, int width, int height, List<Column> columns) throws IOException {
        return Files.write(file, pcdBytes(encoding, width, height, columns));
    }

    static byte[] pcdBytes(String encoding, int width, int height, List<Column> columns) {
        StringBuilder header = new StringBuilder("# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS");
        columns.forEach(column -> header.append(' ').append(column.name()));
        header.append("\nSIZE");
        columns.forEach(column -> header.append(' ').append(column.bytes()));
        header.append("\nTYPE");
        columns.forEach(column ->
                header.append(' ').append(column.type().replace('P', 'F').charAt(0)));
        header.append("\nCOUNT").append(" 1".repeat(columns.size()));
        int points = width * height;
        header.append(String.format(
                Locale.ROOT,
                "%nWIDTH %d%nHEIGHT %d%nVIEWPOINT 0 0 0 1 0 0 0%nPOINTS %d%nDATA %s%n",
                width,
                height,
                points,
                encoding));
        byte[] data = switch (encoding) {
            case "ascii" -> text(points, columns).getBytes(StandardCharsets.US_ASCII);
            case "binary" -> rows(points, columns, ByteOrder.LITTLE_ENDIAN);
            default -> packed(points, columns);
        };
        return join(header.toString().getBytes(StandardCharsets.US_ASCII), data);
    }

    static Path ply(Path file, String format, List<Column> columns) throws IOException {
        return Files.write(file, plyBytes(format, columns));
    }

    /** With an element of lists before the points and one behind them. */
    static byte[] plyBytes(String format, List<Column> columns) {
        int points = columns.getFirst().values().length;
        StringBuilder header = new StringBuilder("ply\nformat " + format + " 1.0\ncomment made by a test\n");
        header.append("element strip 3\nproperty uchar id\nproperty list uchar int corners\n");
        header.append("element vertex ").append(points).append('\n');
        columns.forEach(column -> header.append("property " + column.plyType() + " " + column.name() + "\n"));
        header.append("element face 1\nproperty list uint8 int32 vertex_indices\nend_header\n");
        byte[] data;
        if (format.equals("ascii")) {
            String strips = "1 2 30 40\n2 0\n3 1 -5\n";
            data = (strips + text(points, columns) + "3 0 0 0\n").getBytes(StandardCharsets.US_ASCII);
        } else {
            ByteOrder order = format.contains("little") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            ByteBuffer strips = ByteBuffer.allocate(18).order(order);
            strips.put((byte) 1).put((byte) 2).putInt(30).putInt(40);
            strips.put((byte) 2).put((byte) 0).put((byte) 3).put((byte) 1).putInt(-5);
            data = join(strips.array(), join(rows(points, columns, order), new byte[13]));
        }
        return join(header.toString().getBytes(StandardCharsets.US_ASCII), data);
    }

    private static String text(int points, List<Column> columns) {
        StringBuilder text = new StringBuilder();
        for (int point = 0; point < points; point++) {
            for (Column column : columns) {
                text.append(column.text(point)).append(' ');
            }
            text.setCharAt(text.length() - 1, '\n');
        }
        return text.toString();
    }

    private static byte[] rows(int points, List<Column> columns, ByteOrder order) {
        int stride = columns.stream().mapToInt(Column::bytes).sum();
        ByteBuffer data = ByteBuffer.allocate(points * stride).order(order);
        for (int point = 0; point < points; point++) {
            for (Column column : columns) {
                column.put(data, point);
            }
        }
        return data.array();
    }

    private static byte[] packed(int points, List<Column> columns) {
        int stride = columns.stream().mapToInt(Column::bytes).sum();
        ByteBuffer planes = ByteBuffer.allocate(points * stride).order(ByteOrder.LITTLE_ENDIAN);
        for (Column column : columns) {
            for (int point = 0; point < points; point++) {
                column.put(planes, point);
            }
        }
        byte[] packed = LzfPacker.pack(planes.array());
        return ByteBuffer.allocate(8 + packed.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(packed.length)
                .putInt(points * stride)
                .put(packed)
                .array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }
}
