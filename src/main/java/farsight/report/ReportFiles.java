package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.OutputFiles;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.report.chart.Drawing;
import farsight.report.chart.Png;
import farsight.report.chart.Svg;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The files of a report in one folder: {@link #commit} writes all of them whole, or none. */
final class ReportFiles implements AutoCloseable {

    private final Path folder;
    private final OutputBatch batch = new OutputBatch();
    private final List<Path> files = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    ReportFiles(Path folder) {
        this.folder = folder;
    }

    /** Adds a line for the user. */
    void note(String line) {
        notes.add(line);
    }

    /** Adds a file of text. */
    void add(String name, String text) {
        add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(String name, byte[] bytes) {
        Path file = folder.resolve(name);
        batch.add(file, out -> out.write(bytes));
        files.add(file);
    }

    /** Adds a file of tensors. */
    void add(String name, SequencedMap<String, Tensor> tensors) {
        Path file = folder.resolve(name);
        Safetensors.add(batch, file, tensors, new TreeMap<>(), Map.of());
        files.add(file);
    }

    /** Adds drawings, each under its name, as SVG. */
    void addSvgs(SequencedMap<String, Drawing> drawings) {
        drawings.forEach((name, d) -> add(name + ".svg", Svg.file(d)));
    }

    /** Adds drawings, each under its name, as PNG. If Java has no fonts there are none, and a note says so. */
    void addPngs(SequencedMap<String, Drawing> drawings) {
        for (Map.Entry<String, Drawing> e : drawings.entrySet()) {
            byte[] png;
            try {
                png = Png.bytes(e.getValue());
            } catch (DataException noFonts) {
                note(String.valueOf(noFonts.getMessage()));
                return;
            }
            add(e.getKey() + ".png", png);
        }
    }

    /** Writes the files. */
    void commit() {
        batch.commit();
    }

    /**
     * Deletes files of an earlier report that this one did not write.
     *
     * @param what names them in messages
     */
    void deleteOthers(Collection<String> names, String what) {
        for (String name : names) {
            Path file = folder.resolve(name);
            try {
                if (!files.contains(file)) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw OutputFiles.failure("cannot delete " + file + ", " + what, e);
            }
        }
    }

    /** What was written, with the notes. */
    Report.Written written() {
        return new Report.Written(List.copyOf(files), List.copyOf(notes));
    }

    @Override
    public void close() {
        batch.close();
    }
}
