package farsight.train;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
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
     * @throws DataException when it cannot be read or written
     */
    static LossLog open(Path file, List<String> header, long from) {
        List<List<String>> kept = new ArrayList<>();
        if (from > 0) {
            read(file).stream().filter(fields -> step(fields.getFirst()) < from).forEach(kept::add);
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

    /**
     * The lines after the header; a last line that a kill cut off counts as none.
     *
     * @throws DataException when the file cannot be read
     */
    static List<List<String>> read(Path file) {
        try {
            String text = Files.readString(file);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(whole)) {
                return records.stream().skip(1).map(CsvRecord::getFields).toList();
            }
        } catch (IOException | CsvParseException e) {
            throw new DataException(
                    "cannot read %s: %s; without it the run cannot be resumed".formatted(file, e.getMessage()), e);
        }
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
