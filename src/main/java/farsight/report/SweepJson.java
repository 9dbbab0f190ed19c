package farsight.report;

import com.fasterxml.jackson.annotation.Nulls;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** A whole sweep as one JSON file, from which its charts and page can be drawn again. */
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

    private SweepJson() {}

    /** The file: {@link SweepResult} under its own names, and the format that a reader checks. */
    private record File(
            String format,
            String title,
            String preset,
            LinkedHashMap<String, String> about,
            long limitBytes,
            String limitName,
            List<Point> points) {}

    /**
     * Writes a sweep, whole or not at all.
     *
     * @throws DataException in one line when it cannot be written
     */
    public static void write(Path file, SweepResult sweep) {
        byte[] bytes = text(sweep).getBytes(StandardCharsets.UTF_8);
        OutputFiles.write(file, out -> out.write(bytes));
    }

    /** The sweep as indented JSON, ending in a line break. */
    public static String text(SweepResult sweep) {
        return JSON.writeValueAsString(new File(
                        FORMAT,
                        sweep.title(),
                        sweep.preset(),
                        new LinkedHashMap<>(sweep.about()),
                        sweep.limitBytes(),
                        sweep.limitName(),
                        sweep.points()))
                + "\n";
    }

    /**
     * Reads a sweep.
     *
     * @throws DataException in one line when there is no such file, or it is no sweep of this version;
     *     the message names the line
     */
    public static SweepResult read(Path file) {
        try {
            @Nullable File f = JSON.readValue(Files.readAllBytes(file), File.class);
            if (f == null) {
                throw new DataException("cannot read %s: not a sweep of this version".formatted(file));
            }
            if (!f.format.equals(FORMAT)) {
                throw new DataException(
                        "cannot read %s: its format is '%s', expected '%s'".formatted(file, f.format, FORMAT));
            }
            return new SweepResult(f.title, f.preset, f.about, f.limitBytes, f.limitName, f.points);
        } catch (DatabindException e) {
            throw new DataException("cannot read %s: not a sweep of this version: %s".formatted(file, problem(e)), e);
        } catch (JacksonException e) {
            throw new DataException("cannot read %s: not valid JSON: %s".formatted(file, problem(e)), e);
        } catch (NoSuchFileException e) {
            throw new DataException("cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String problem(JacksonException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("");
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? first
                : "line " + e.getLocation().getLineNr() + ": " + first;
    }
}
