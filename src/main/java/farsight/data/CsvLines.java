package farsight.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a CSV table that grew line by line. */
public final class CsvLines {

    private CsvLines() {}

    /**
     * The lines after the header; a last line that a kill cut off counts as none.
     *
     * @param otherwise what follows if the file cannot be read, for messages
     * @throws DataException when the file cannot be read, has another header, or a line has another number of fields
     */
    public static List<List<String>> read(Path file, List<String> header, String otherwise) {
        try {
            String text = Files.readString(file);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(whole)) {
                List<List<String>> lines =
                        records.stream().map(CsvRecord::getFields).toList();
                if (lines.isEmpty() || !lines.getFirst().equals(header)) {
                    throw damaged(file, "its first line is not " + String.join(",", header), otherwise);
                }
                for (List<String> fields : lines) {
                    if (fields.size() != header.size()) {
                        throw damaged(
                                file,
                                "the line %s has %d fields, expected %d"
                                        .formatted(String.join(",", fields), fields.size(), header.size()),
                                otherwise);
                    }
                }
                return lines.subList(1, lines.size());
            }
        } catch (IOException | CsvParseException e) {
            throw new DataException("cannot read %s: %s; %s".formatted(file, InputFiles.reason(e), otherwise), e);
        }
    }

    /** A table whose content is not as written. */
    public static DataException damaged(Path file, String what, String otherwise) {
        return new DataException("%s is damaged: %s; %s".formatted(file, what, otherwise));
    }
}
