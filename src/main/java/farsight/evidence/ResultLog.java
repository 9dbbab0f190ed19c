package farsight.evidence;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import farsight.data.CsvLines;
import farsight.data.OutputFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A CSV table of which each line is on the disk before the next is found. Its third column is a {@link Fingerprint}.
 * Threads may add lines at the same time.
 */
final class ResultLog implements AutoCloseable {

    private final Path file;
    private final FileChannel out;

    private ResultLog(Path file, FileChannel out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Opens a table with some lines, to which more are added.
     *
     * @param lines that it begins with
     */
    static ResultLog open(Path file, List<String> header, List<List<String>> lines) {
        StringBuilder text = new StringBuilder(line(header));
        lines.forEach(l -> text.append(line(l)));
        OutputFiles.write(file, stream -> stream.write(text.toString().getBytes(StandardCharsets.UTF_8)));
        try {
            return new ResultLog(file, FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write " + file, e);
        }
    }

    /**
     * The lines after the header; a last line that a kill cut off counts as none. None if there is no file.
     *
     * @throws farsight.data.DataException when the file cannot be read, has another header, or a line has another number of fields
     */
    static List<List<String>> read(Path file, List<String> header) {
        if (Files.notExists(file)) {
            return List.of();
        }
        return CsvLines.read(file, header, "without it the study begins anew; --overwrite does that");
    }

    private static String line(List<String> fields) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Adds a line, and waits until the disk has it. */
    synchronized void add(List<String> fields) {
        ByteBuffer bytes = ByteBuffer.wrap(line(fields).getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(false);
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
