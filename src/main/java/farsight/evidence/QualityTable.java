package farsight.evidence;

import farsight.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The quality of blocks that the committed studies measured, {@code experiments/evidence/quality.json}.
 *
 * @param rows in the order of the file
 */
public record QualityTable(List<Quality> rows) {

    private static final String RESOURCE = "farsight/evidence/quality.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private record Document(List<Quality> rows) {}

    /** Copies the list. */
    public QualityTable {
        rows = List.copyOf(rows);
    }

    /**
     * The table of this build.
     *
     * @throws DataException in one line when the build has no table, or a damaged one
     */
    public static QualityTable load() {
        try (InputStream in = QualityTable.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new DataException("this build lacks " + RESOURCE + ", the measured quality of the blocks");
            }
            return parse(RESOURCE, in.readAllBytes());
        } catch (IOException e) {
            throw new DataException("cannot read " + RESOURCE + ": " + e.getMessage(), e);
        }
    }

    /**
     * Parses a table, {@code {"rows": [...]}} with the fields of {@link Quality}.
     *
     * @param name of the file, for messages
     * @throws DataException in one line that names the row, when a field is missing, unknown or wrong
     */
    public static QualityTable parse(String name, byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            JsonNode rows = tree == null ? null : tree.get("rows");
            if (rows == null || !rows.isArray()) {
                throw new DataException("cannot read %s: it has no list \"rows\" of measured quality".formatted(name));
            }
            if (tree.size() > 1) {
                throw new DataException("cannot read %s: it has fields beside \"rows\"".formatted(name));
            }
            return new QualityTable(java.util.stream.IntStream.range(0, rows.size())
                    .mapToObj(i -> row(name, i, rows.get(i)))
                    .toList());
        } catch (JacksonException e) {
            throw new DataException("cannot read %s: not valid JSON: %s".formatted(name, line(e)), e);
        }
    }

    private static Quality row(String name, int i, JsonNode row) {
        if (!row.isObject()) {
            throw new DataException("cannot read %s: rows[%d] is not an object".formatted(name, i));
        }
        try {
            return JSON.treeToValue(row, Quality.class);
        } catch (JacksonException e) {
            throw new DataException("cannot read %s: rows[%d]: %s".formatted(name, i, line(e)), e);
        }
    }

    private static String line(JacksonException e) {
        Throwable cause = e.getCause();
        @Nullable
        String message = cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage();
        // The rest names classes and settings of the JSON library.
        return String.valueOf(message)
                .lines()
                .findFirst()
                .orElse("")
                .replaceFirst(" \\(index .*|[;:] `.*| \\(class .*", "");
    }

    /** The document of these rows, indented, ending in a line break. */
    public static String json(List<Quality> rows) {
        return JSON.writeValueAsString(new Document(rows)) + "\n";
    }
}
