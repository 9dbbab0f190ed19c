package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.OutputException;
import farsight.data.OutputFiles;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Lines;
import farsight.report.chart.Png;
import farsight.report.chart.Svg;
import farsight.sweep.SweepResult;
import farsight.text.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes all files of a sweep, except the CSV that grew while it ran. */
public final class Report {

    private static final List<String> EXTENSIONS = List.of(".svg", ".png");

    private Report() {}

    /** Most blocks named in a title; more are counted. */
    private static final int MOST_NAMES = 4;

    /**
     * A title that names the compared blocks, for example {@code Memory and time of Dense GNN and GC}.
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

    /** Whether a sweep's report may write or delete a file of that name. */
    public static boolean writes(String name) {
        return name.equals("points.json")
                || name.equals("index.html")
                || Charts.NAMES.stream().anyMatch(chart -> EXTENSIONS.stream().anyMatch(e -> name.equals(chart + e)));
    }

    /**
     * The written files.
     *
     * @param files in the order written
     * @param notes one line per file that could not be made, with the reason, and one on unreliable times
     */
    public record Written(List<Path> files, List<String> notes) {}

    /**
     * Writes {@code points.json}, the charts as SVG and PNG, and {@code index.html}; all of them whole, or
     * none. A chart without data is left out, and so are PNG files if Java has no fonts; the notes say so. Other charts
     * of an earlier sweep are deleted.
     *
     * @param folder created if missing
     * @throws DataException in one line when a file may not be written
     * @throws OutputException in one line when the disk is full or fails otherwise
     */
    public static Written write(SweepResult sweep, Path folder) {
        OutputFiles.directory(folder);
        List<Path> files = new ArrayList<>();
        Charts charts = Charts.of(sweep);
        List<String> notes = new ArrayList<>(charts.missing());
        Summary.unsettled(sweep).ifPresent(notes::add);
        for (String kind : Lines.unknown(sweep.points())) {
            notes.add("No block kind %s is registered here, so its lines are grey.".formatted(Line.excerpt(kind)));
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

    // An earlier sweep's chart beside this sweep's page would be mistaken for this sweep's.
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
