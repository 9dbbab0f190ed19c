package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.OutputException;
import farsight.data.OutputFiles;
import farsight.sweep.SweepResult;
import farsight.text.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everything that a sweep leaves in its folder, beside the CSV that grew while it ran. */
public final class Report {

    private static final List<String> EXTENSIONS = List.of(".svg", ".png");

    private Report() {}

    /** Blocks that a title names; more are counted. */
    private static final int MOST_NAMES = 4;

    /**
     * A title that says what was compared, for example {@code Memory and time of Dense GNN and GC}.
     *
     * @param labels of the blocks, at least one
     */
    public static String title(List<String> labels) {
        List<String> names = labels.stream().map(Lines::name).toList();
        int last = names.size() - 1;
        String all = last >= MOST_NAMES
                ? names.size() + " blocks"
                : last == 0 ? names.getFirst() : String.join(", ", names.subList(0, last)) + " and " + names.getLast();
        return "Memory and time of " + all;
    }

    /** Whether a sweep's report may write, or clear away, a file of that name. */
    public static boolean writes(String name) {
        return name.equals("points.json")
                || name.equals("index.html")
                || Charts.NAMES.stream().anyMatch(chart -> EXTENSIONS.stream().anyMatch(e -> name.equals(chart + e)));
    }

    /**
     * What was written.
     *
     * @param files in the order written
     * @param notes a line for each thing that could not be made, and why, and one for times that are not to be trusted
     */
    public record Written(List<Path> files, List<String> notes) {}

    /**
     * Writes {@code points.json}, the charts as SVG and PNG, and {@code index.html}; all of them whole, or
     * none. A chart without data is not made, and PNG files are not where Java has no fonts: the
     * notes say so. Charts of an earlier sweep that this one does not have are deleted.
     *
     * @param folder made where there is none
     * @throws DataException in one line when a file may not be written
     * @throws OutputException in one line where the disk is full, or fails otherwise
     */
    public static Written write(SweepResult sweep, Path folder) {
        OutputFiles.directory(folder);
        List<Path> files = new ArrayList<>();
        Charts charts = Charts.of(sweep);
        List<String> notes = new ArrayList<>(charts.missing());
        Summary.unsettled(sweep).ifPresent(notes::add);
        for (String kind : Lines.unknown(sweep.points())) {
            notes.add("No kind of block called %s is known here, so its lines are grey.".formatted(Line.excerpt(kind)));
        }

        try (OutputBatch batch = new OutputBatch()) {
            files.add(add(batch, folder.resolve("points.json"), SweepJson.text(sweep)));
            for (Chart chart : charts.made()) {
                files.add(add(batch, folder.resolve(chart.name() + ".svg"), Svg.file(ChartLayout.wide(chart))));
            }
            files.add(add(batch, folder.resolve("index.html"), HtmlPage.text(sweep)));
            pngs(charts, folder, batch, files, notes);
            batch.commit();
        }
        removeOthers(folder, files);
        return new Written(List.copyOf(files), List.copyOf(notes));
    }

    private static void pngs(Charts charts, Path folder, OutputBatch batch, List<Path> files, List<String> notes) {
        for (Chart chart : charts.made()) {
            byte[] png;
            try {
                png = Png.bytes(ChartLayout.wide(chart));
            } catch (DataException e) {
                notes.add(String.valueOf(e.getMessage()));
                return;
            }
            Path file = folder.resolve(chart.name() + ".png");
            batch.add(file, out -> out.write(png));
            files.add(file);
        }
    }

    // A chart of an earlier sweep beside a page that does not show it would be taken for this one's.
    private static void removeOthers(Path folder, List<Path> files) {
        for (String name : Charts.NAMES) {
            for (String extension : EXTENSIONS) {
                Path file = folder.resolve(name + extension);
                if (!files.contains(file)) {
                    try {
                        Files.deleteIfExists(file);
                    } catch (IOException e) {
                        throw OutputFiles.failure("cannot delete " + file + ", a chart of an earlier sweep", e);
                    }
                }
            }
        }
    }

    private static Path add(OutputBatch batch, Path file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        batch.add(file, out -> out.write(bytes));
        return file;
    }
}
