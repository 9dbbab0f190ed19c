package farsight.cli;

import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.report.PointsCsv;
import farsight.report.Report;
import farsight.sweep.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a sweep: {@code sweep.json}, what was asked and under which conditions, and {@code points.csv}, every finished
 * point, appended before the next begins. {@link SweepSettings} must be the same when a sweep goes on.
 */
final class SweepFolder implements AutoCloseable {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path points;
    private final FolderLock lock;

    private SweepFolder(Path points, FolderLock lock) {
        this.points = points;
        this.lock = lock;
    }

    /**
     * Opens a folder for a new sweep, or for one that goes on.
     *
     * @param settings what all points have in common, each by its name
     * @param resume go on with the sweep that is there; where there is none, a new one starts
     * @param overwrite replace what is there
     * @throws DataException when it cannot be written, another sweep writes there now, it holds another sweep than
     *     the one to go on with, or files that were not to be replaced
     */
    static SweepFolder open(Path folder, SequencedMap<String, String> settings, boolean resume, boolean overwrite) {
        FolderLock lock = OutputFolder.open(folder, "sweep");
        try {
            return open(folder, settings, resume, overwrite, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static SweepFolder open(
            Path folder, SequencedMap<String, String> settings, boolean resume, boolean overwrite, FolderLock lock) {
        Path points = folder.resolve("points.csv");
        Path asked = folder.resolve("sweep.json");
        boolean there =
                Files.exists(points, LinkOption.NOFOLLOW_LINKS) || Files.exists(asked, LinkOption.NOFOLLOW_LINKS);
        if (resume && there) {
            compare(asked, settings);
            return new SweepFolder(points, lock);
        }
        if (there && !overwrite) {
            throw new DataException(
                    folder + " holds a sweep already; --resume goes on with it, --overwrite replaces it");
        }
        if (!overwrite) {
            OutputFolder.checkFree(folder, Report::writes);
        }
        if (Files.isDirectory(points, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException("cannot replace " + points + ": it is a folder, expected a sweep's file");
        }
        try {
            Files.deleteIfExists(points);
        } catch (IOException e) {
            throw OutputFiles.failure("cannot replace " + points, e);
        }
        OutputFiles.write(
                asked, out -> out.write(JSON.writeValueAsString(settings).getBytes(StandardCharsets.UTF_8)));
        return new SweepFolder(points, lock);
    }

    private static void compare(Path file, SequencedMap<String, String> settings) {
        Map<String, String> before = settings(file);
        String differences = SweepSettings.differences(before, settings);
        if (!differences.isEmpty()) {
            throw new DataException("cannot go on, as points would stand beside others that do not compare: "
                    + differences + "; go on with all as it was, or measure anew with --overwrite");
        }
    }

    /** What is in a file that this class wrote; each setting is a text. */
    private static Map<String, String> settings(Path file) {
        Map<String, String> settings = new LinkedHashMap<>();
        try {
            if (!Files.isRegularFile(file)) {
                throw unknown(file);
            }
            JsonNode document = JSON.readTree(Files.readString(file));
            if (!document.isObject() || document.isEmpty()) {
                throw unknown(file);
            }
            document.forEachEntry((name, value) -> {
                if (!value.isString()) {
                    throw unknown(file);
                }
                settings.put(name, value.stringValue());
            });
        } catch (IOException | JacksonException e) {
            throw unknown(file);
        }
        return settings;
    }

    private static DataException unknown(Path file) {
        return new DataException(
                "cannot go on: " + file + " is missing or is not what a sweep writes, so it is not known"
                        + " what that sweep was; --overwrite starts again");
    }

    /** The points of the earlier run, by key. */
    Map<String, Point> finished() {
        Map<String, Point> all = new LinkedHashMap<>();
        if (Files.exists(points)) {
            List<Point> read = PointsCsv.read(points);
            // Written again without a line that a kill tore, so that the next line starts on its own.
            PointsCsv.write(points, read);
            read.forEach(p -> all.put(p.key(), p));
        }
        return all;
    }

    /** Lets others write there. */
    @Override
    public void close() {
        lock.close();
    }

    /** Stores a point; on return it is on disk. */
    void append(Point point) {
        PointsCsv.append(points, point);
    }
}
