package farsight.report;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.sweep.Point;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Points as CSV: a header, then one line per point with every field at full precision. Line breaks within a text become
 * spaces, so a line is always a whole row. A text that a spreadsheet would read as a formula, such as a spec named
 * {@code =1+1}, gets an apostrophe before it.
 *
 * <p>A sweep appends each point as it finishes. A process killed while writing leaves at most one incomplete line, the
 * last, which reading drops.
 */
public final class PointsCsv {

    private static final String HEADER = line(PointRow.NAMES);

    private PointsCsv() {}

    /**
     * Writes a file of these points, whole or not at all.
     *
     * @throws DataException in one line when it may not be written
     * @throws farsight.data.OutputException in one line when the disk is full or fails otherwise
     */
    public static void write(Path file, List<Point> points) {
        StringBuilder text = new StringBuilder(HEADER);
        for (Point point : points) {
            text.append(line(PointRow.fields(point)));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        OutputFiles.write(file, out -> out.write(bytes));
    }

    /**
     * Appends a point in one write, which is on disk when this returns. Creates a missing file, and cuts off the
     * incomplete line of a process that was killed.
     *
     * @throws DataException in one line when the file may not be written, or is not such a file
     * @throws farsight.data.OutputException in one line when the disk is full or fails otherwise
     */
    public static void append(Path file, Point point) {
        int intact = Files.exists(file) ? intactBytes(file, load(file)) : 0;
        String text = (intact == 0 ? HEADER : "") + line(PointRow.fields(point));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(intact);
            channel.position(intact);
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw OutputFiles.failure(file, e);
        }
    }

    /** A point as a line of {@link #write}, without the line break. */
    public static String text(Point point) {
        String line = line(PointRow.fields(point));
        return line.substring(0, line.length() - 1);
    }

    /**
     * Parses a line of {@link #text}.
     *
     * @throws IllegalArgumentException when it is not a point
     */
    public static Point point(String line) {
        List<String> fields = CsvReader.builder().ofSingleCsvRecord(line).getFields();
        if (fields.size() != PointRow.NAMES.size()) {
            throw new IllegalArgumentException(
                    "a point has %d fields, not %d".formatted(PointRow.NAMES.size(), fields.size()));
        }
        return PointRow.point(fields);
    }

    /**
     * Reads the points. A last line without a line break, or with too few fields, was left by a killed process and is
     * dropped.
     *
     * @throws DataException in one line when the file is missing or has another header, another line is malformed, or
     *     two lines have the same point; the message names the line
     */
    public static List<Point> read(Path file) {
        byte[] bytes = load(file);
        int end = intactBytes(file, bytes);
        List<Point> points = new ArrayList<>();
        int number = 1;
        for (int start = lineEnd(bytes, 0); start < end; start = lineEnd(bytes, start)) {
            number++;
            points.add(point(file, number, bytes, start));
        }
        int[] repeated = PointChecks.repeated(points);
        if (repeated[0] >= 0) {
            // Line 1 is the header.
            throw malformed(file, repeated[0] + 2, "it repeats the point of line %d".formatted(repeated[1] + 2));
        }
        return points;
    }

    // The end of the valid part: after the header and all lines except an incomplete last one.
    private static int intactBytes(Path file, byte[] bytes) {
        int afterHeader = lineEnd(bytes, 0);
        String header = new String(bytes, 0, afterHeader, StandardCharsets.UTF_8).replace("\r", "");
        if (!header.equals(HEADER)) {
            if (HEADER.startsWith(header)) {
                return 0;
            }
            throw new DataException("cannot read %s: line 1 is not the header of this version's points, which is %s"
                    .formatted(file, HEADER.strip()));
        }
        int start = afterHeader;
        int number = 2;
        while (start < bytes.length) {
            int end = lineEnd(bytes, start);
            if (end == bytes.length) {
                boolean torn = bytes[end - 1] != '\n'
                        || fields(file, number, bytes, start).size() < PointRow.NAMES.size();
                return torn ? start : end;
            }
            start = end;
            number++;
        }
        return start;
    }

    private static Point point(Path file, int number, byte[] bytes, int start) {
        List<String> fields = fields(file, number, bytes, start);
        if (fields.size() != PointRow.NAMES.size()) {
            throw malformed(
                    file, number, "it has %d fields, expected %d".formatted(fields.size(), PointRow.NAMES.size()));
        }
        try {
            return PointRow.point(fields);
        } catch (IllegalArgumentException e) {
            throw malformed(file, number, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> fields(Path file, int number, byte[] bytes, int start) {
        int length = lineEnd(bytes, start) - start;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString()
                    .stripTrailing();
            if (text.isEmpty()) {
                return List.of();
            }
            return CsvReader.builder().ofSingleCsvRecord(text).getFields();
        } catch (CharacterCodingException e) {
            throw malformed(file, number, "it is not UTF-8 text");
        } catch (CsvParseException e) {
            throw malformed(file, number, "it is not one row of CSV");
        }
    }

    private static DataException malformed(Path file, int number, String problem) {
        return new DataException("cannot read %s: line %d is malformed: %s".formatted(file, number, problem));
    }

    // The index after the line's break, or the end of the text.
    private static int lineEnd(byte[] bytes, int start) {
        int i = start;
        while (i < bytes.length && bytes[i] != '\n') {
            i++;
        }
        return Math.min(i + 1, bytes.length);
    }

    private static String line(List<String> fields) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(
                    fields.stream().map(field -> field.replaceAll("\\R", " ")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static byte[] load(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException("cannot read " + file + ": it is not a file, expected a sweep's points");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException n -> "there is no such file";
            case AccessDeniedException a -> "permission denied";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
