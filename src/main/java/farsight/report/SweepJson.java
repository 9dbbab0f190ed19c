package farsight.report;

import com.fasterxml.jackson.annotation.Nulls;
import farsight.data.DataException;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole sweep as one JSON file, from which its charts and page can be redrawn. */
public final class SweepJson {

    private static final String FORMAT = "farsight sweep 1";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .build();

    /** Figures that some points lack: −1 in a {@link Point}, null in the file. */
    private static final List<String> MEASURED = List.of(
            "measuredBytes", "residentBytes", "medianNanos", "minNanos", "kernelNanos", "firstNanos", "compileNanos");

    private SweepJson() {}

    /** The file: the components of {@link SweepResult} by name, and the format, which a reader checks. */
    private record File(
            String format,
            String title,
            String preset,
            LinkedHashMap<String, String> about,
            long limitBytes,
            String limitName,
            List<Point> points) {}

    /** The sweep as indented JSON, ending in a line break. */
    public static String text(SweepResult sweep) {
        JsonNode tree = JSON.valueToTree(new File(
                FORMAT,
                sweep.title(),
                sweep.preset(),
                new LinkedHashMap<>(sweep.about()),
                sweep.limitBytes(),
                sweep.limitName(),
                sweep.points()));
        replace(tree, value -> value.longValue() < 0, NullNode.getInstance());
        return JSON.writeValueAsString(tree) + "\n";
    }

    private static void replace(JsonNode sweep, Predicate<JsonNode> where, JsonNode by) {
        for (JsonNode point : sweep.path("points")) {
            if (point instanceof ObjectNode fields) {
                for (String field : MEASURED) {
                    JsonNode value = fields.get(field);
                    if (value != null && where.test(value)) {
                        fields.set(field, by);
                    }
                }
            }
        }
    }

    /**
     * Reads a sweep.
     *
     * @throws DataException in one line when the file is missing or not a sweep of this version; the message names the
     *     line or the field
     */
    public static SweepResult read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException("cannot read " + file + ": it is not a file, expected the points.json of a sweep");
        }
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(file));
            if (!tree.path("format").isString()) {
                throw new DataException(
                        "cannot read %s: it holds no sweep, expected the points.json of a sweep".formatted(file));
            }
            String format = tree.path("format").stringValue();
            if (!format.equals(FORMAT)) {
                throw new DataException(
                        "cannot read %s: its format is '%s', expected '%s'".formatted(file, format, FORMAT));
            }
            // Files of earlier versions have -1 instead.
            replace(tree, JsonNode::isNull, LongNode.valueOf(-1));
            File f = JSON.treeToValue(tree, File.class);
            checkPoints(file, f.points);
            return new SweepResult(f.title, f.preset, f.about, f.limitBytes, f.limitName, f.points);
        } catch (DatabindException e) {
            throw new DataException(
                    "cannot read %s: not a sweep of this version: %s is missing, unknown or of another kind"
                            .formatted(file, place(e)),
                    e);
        } catch (JacksonException e) {
            throw new DataException("cannot read %s: not valid JSON: %s".formatted(file, problem(e)), e);
        } catch (NoSuchFileException e) {
            throw new DataException("cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void checkPoints(Path file, List<Point> points) {
        for (int i = 0; i < points.size(); i++) {
            try {
                PointChecks.check(points.get(i));
            } catch (IllegalArgumentException e) {
                throw new DataException("cannot read %s: points[%d]: %s".formatted(file, i, e.getMessage()), e);
            }
        }
        int[] repeated = PointChecks.repeated(points);
        if (repeated[0] >= 0) {
            throw new DataException(
                    "cannot read %s: points[%d] repeats points[%d]".formatted(file, repeated[0], repeated[1]));
        }
    }

    private static String place(DatabindException e) {
        String path = e.getPath().stream()
                .map(r -> r.getPropertyName() == null ? "[" + r.getIndex() + "]" : "." + r.getPropertyName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "a field" : path.substring(1);
    }

    private static String problem(JacksonException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("");
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? first
                : "line " + e.getLocation().getLineNr() + ": " + first;
    }
}
