package farsight.cli;

import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
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
 * The folder of a sweep. {@code sweep.json} holds its {@link SweepSettings}, which must be the same when it is resumed.
 * {@code points.csv} holds every finished point, appended before the next begins.
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
     * Opens a folder for a new or resumed sweep.
     *
     * @param settings common to all points, by name
     * @param resume continue the sweep in the folder; without one, start a new sweep
     * @param overwrite replace existing files
     * @throws DataException when the folder cannot be written, another sweep is writing there, the sweep to resume has
     *     other settings, or existing files may not be replaced
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
            throw new DataException(folder + " already holds a sweep; --resume continues it, --overwrite replaces it");
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
            throw new DataException("cannot resume, because the new points would not be comparable with the old: "
                    + differences + "; restore these settings, or measure anew with --overwrite");
        }
    }

    /** The settings in a file that this class wrote. */
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
                "cannot resume: " + file + " is missing or not written by a sweep, so that sweep's settings"
                        + " are unknown; --overwrite starts again");
    }

    /** The points of the earlier run, by key. */
    Map<String, Point> finished() {
        Map<String, Point> all = new LinkedHashMap<>();
        if (Files.exists(points)) {
            List<Point> read = PointsCsv.read(points);
            // Rewritten without a line cut short by a kill, so that the next point starts a new line.
            PointsCsv.write(points, read);
            read.forEach(p -> all.put(p.key(), p));
        }
        return all;
    }

    /** Releases the lock. */
    @Override
    public void close() {
        lock.close();
    }

    /** Stores a point; on return it is on disk. */
    void append(Point point) {
        PointsCsv.append(points, point);
    }
}
