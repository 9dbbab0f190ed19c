package farsight.block.spec;

import farsight.text.Utf8;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Parses the JSON of a spec, without interpreting its fields. */
public final class SpecJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SpecJson() {}

    /** An object without fields. */
    public static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    /**
     * Parses the JSON object of a block.
     *
     * @throws SpecException as {@link #object(String, String)}
     */
    public static ObjectNode object(String json) {
        return object(json, "{\"block\": \"gc\", \"channels\": 64}");
    }

    /**
     * Parses a JSON object.
     *
     * @param example of what was expected, for messages
     * @param json may begin with a byte order mark, which RFC 8259 lets a reader ignore
     * @throws SpecException when the text is not JSON or not an object; the message gives line and column of a syntax
     *     error
     */
    public static ObjectNode object(String json, String example) {
        try (JsonParser parser = JSON.createParser(Utf8.withoutMark(json))) {
            try {
                JsonNode node = JSON.readTree(parser);
                if (parser.nextToken() != null) {
                    throw invalid(parser.currentTokenLocation(), "something follows the spec's last brace");
                }
                if (node instanceof ObjectNode object) {
                    return object;
                }
                throw new SpecException((node == null || node.isMissingNode() ? "empty; " : "")
                        + "a spec is a JSON object such as " + example);
            } catch (JacksonException e) {
                TokenStreamLocation at = e.getLocation();
                throw invalid(at == null ? parser.currentLocation() : at, fault(e));
            }
        }
    }

    /**
     * The value of a field given as text: as JSON if it parses, else as a word: {@code 0.25}, {@code avg}, {@code
     * ["channel_mul"]}.
     */
    public static JsonNode value(String text) {
        try {
            JsonNode value = JSON.readTree(text);
            return value.isMissingNode() ? StringNode.valueOf(text) : value;
        } catch (JacksonException e) {
            return StringNode.valueOf(text);
        }
    }

    private static SpecException invalid(TokenStreamLocation at, String fault) {
        return new SpecException(String.format(
                Locale.ROOT,
                "not valid JSON at line %d, column %d: %s",
                Math.max(1, at.getLineNr()),
                Math.max(1, at.getColumnNr()),
                fault));
    }

    private static String fault(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (e instanceof StreamConstraintsException) {
            // The rest names a setting of the JSON library, which a user cannot change.
            return message.replaceFirst(",? ?\\(?,? ?from `.*", "").replaceFirst("\\(([0-9]+)$", "of $1");
        }
        String first = message.lines().findFirst().orElse(message);
        // Drops the library's remarks on the source, on where an unclosed element began, and on its own settings.
        return first.replaceFirst(" \\(start marker at .*", "")
                .replaceFirst(" at \\[Source.*", "")
                .replaceFirst(": enable `.*", ", expected a number, a string, true, false, a list or an object");
    }
}
