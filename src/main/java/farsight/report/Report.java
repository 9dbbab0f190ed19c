package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputException;
import farsight.data.OutputFiles;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.Lines;
import farsight.sweep.SweepResult;
import farsight.text.Line;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

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
        return name.equals("points.json") || name.equals("index.html") || charts().anyMatch(name::equals);
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
        Charts charts = Charts.of(sweep);
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        charts.made().forEach(chart -> drawings.put(chart.name(), ChartLayout.wide(chart)));
        try (ReportFiles files = new ReportFiles(folder)) {
            charts.missing().forEach(files::note);
            Summary.unsettled(sweep).ifPresent(files::note);
            for (String kind : Lines.unknown(sweep.points())) {
                files.note("No block kind %s is registered here, so its lines are grey.".formatted(Line.excerpt(kind)));
            }
            files.add("points.json", SweepJson.text(sweep));
            files.addSvgs(drawings);
            files.add("index.html", HtmlPage.text(sweep));
            files.addPngs(drawings);
            files.commit();
            // An earlier sweep's chart beside this sweep's page would be mistaken for this sweep's.
            files.deleteOthers(charts().toList(), "a chart of an earlier sweep");
            return files.written();
        }
    }

    private static Stream<String> charts() {
        return Charts.NAMES.stream().flatMap(chart -> EXTENSIONS.stream().map(e -> chart + e));
    }
}
