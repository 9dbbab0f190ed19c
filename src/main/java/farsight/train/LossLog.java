package farsight.train;

import farsight.data.CsvLines;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A table of numbers by step, appended to a CSV file as a run goes on: {@code losses.csv} of every step, and {@code
 * evaluations.csv} of the held-out samples. A field without a number is empty.
 */
final class LossLog implements AutoCloseable {

    private static final String NEEDED = "without it the run cannot be resumed";

    private final Path file;
    private final Writer out;

    private LossLog(Path file, Writer out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Opens a table to append to.
     *
     * @param header its columns; the first is {@code step}
     * @param from lines of this step and later ones are dropped
     * @param every whether each step before has a line
     * @throws DataException when it cannot be read or written, or is not such a table
     */
    static LossLog open(Path file, List<String> header, long from, boolean every) {
        List<List<String>> kept = new ArrayList<>();
        if (from > 0) {
            read(file, header).stream()
                    .filter(fields -> step(fields.getFirst()) < from)
                    .forEach(kept::add);
            check(file, kept, header.size(), from, every);
        }
        OutputFiles.write(file, stream -> {
            StringBuilder text = new StringBuilder(line(header));
            kept.forEach(fields -> text.append(line(fields)));
            stream.write(text.toString().getBytes(StandardCharsets.UTF_8));
        });
        try {
            return new LossLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write " + file, e);
        }
    }

    private static void check(Path file, List<List<String>> lines, int columns, long from, boolean every) {
        long before = -1;
        for (List<String> fields : lines) {
            long step = step(fields.getFirst());
            if (fields.size() != columns || step <= before || (every && step != before + 1)) {
                throw damaged(file, "the line after step %d is not the next one's".formatted(before));
            }
            before = step;
        }
        if (every && before != from - 1) {
            throw damaged(file, "it ends with step %d, and the checkpoint is of step %d".formatted(before, from - 1));
        }
    }

    private static DataException damaged(Path file, String what) {
        return CsvLines.damaged(file, what, NEEDED);
    }

    /**
     * The lines after the header; a last line that a kill cut off counts as none.
     *
     * @throws DataException when the file cannot be read, or is not such a table
     */
    static List<List<String>> read(Path file, List<String> header) {
        return CsvLines.read(file, header, NEEDED);
    }

    private static long step(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String line(List<String> fields) {
        return String.join(",", fields) + "\n";
    }

    /** Appends a line. */
    void add(long step, double... numbers) {
        List<String> fields = new ArrayList<>(List.of(String.valueOf(step)));
        DoubleStream.of(numbers).mapToObj(LossLog::text).forEach(fields::add);
        try {
            out.write(line(fields));
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write " + file, e);
        }
    }

    /** The shortest text that reads back as the same float. */
    private static String text(double number) {
        return Double.isNaN(number) ? "" : Float.toString((float) number);
    }

    /** Writes all lines to the file. */
    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write " + file, e);
        }
    }
}
