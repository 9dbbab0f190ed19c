package farsight.report;

import farsight.data.DataException;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.MatrixSheet;
import farsight.task.Task;
import farsight.train.Predictions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the page and the pictures of a training run, and the pictures of an evaluation. */
public final class TrainReport {

    /** Name of the page. */
    public static final String PAGE = "index.html";

    private static final List<String> EXTENSIONS = List.of(".svg", ".png");

    private TrainReport() {}

    /** Names of all files that may be written. */
    public static List<String> names() {
        return Stream.of(Stream.of(PAGE), pictures(TrainCharts.NAMES), pictures(Predicted.NAMES))
                .flatMap(names -> names)
                .toList();
    }

    /** Names of the files of an evaluation. */
    public static List<String> evaluationNames() {
        return pictures(Predicted.NAMES).toList();
    }

    private static Stream<String> pictures(List<String> names) {
        return names.stream().flatMap(n -> EXTENSIONS.stream().map(e -> n + e));
    }

    /**
     * Writes {@link #PAGE} and its pictures as SVG and PNG; all of them whole, or none. If Java has no fonts there are
     * no PNG files, and a note says so. Pictures of an earlier run are deleted.
     *
     * @param folder exists
     * @throws DataException in one line when a file may not be written
     * @throws farsight.data.OutputException in one line when the disk is full or fails otherwise
     */
    public static Report.Written write(TrainedRun run, Path folder) {
        List<Chart> charts = TrainCharts.of(run);
        Optional<Predictions> shown = run.outcome().predictions();
        Optional<MatrixSheet> confusion = shown.flatMap(p -> Predicted.confusion(p, run.task()));
        Optional<ExampleSheet> examples = shown.flatMap(p -> Predicted.examples(p, run.task()));
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        charts.forEach(c -> drawings.put(c.name(), ChartLayout.wide(c)));
        confusion.ifPresent(c -> drawings.put(c.name(), c.wide()));
        examples.ifPresent(e -> drawings.put(e.name(), e.wide()));
        return write(Map.of(PAGE, TrainPage.text(run, charts, confusion, examples)), drawings, folder, names());
    }

    /**
     * Writes an evaluation's confusion and samples as SVG and PNG, as far as they can be drawn, with other files; all of
     * them whole, or none.
     *
     * @param task null for samples of a file
     * @param texts other files by name
     * @param folder exists
     * @throws DataException in one line when a file may not be written
     * @throws farsight.data.OutputException in one line when the disk is full or fails otherwise
     */
    public static Report.Written write(
            Predictions predictions, @Nullable Task task, Map<String, String> texts, Path folder) {
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        Predicted.confusion(predictions, task).ifPresent(c -> drawings.put(c.name(), c.wide()));
        Predicted.examples(predictions, task).ifPresent(e -> drawings.put(e.name(), e.wide()));
        return write(texts, drawings, folder, evaluationNames());
    }

    private static Report.Written write(
            Map<String, String> texts, SequencedMap<String, Drawing> drawings, Path folder, List<String> all) {
        try (ReportFiles files = new ReportFiles(folder)) {
            texts.forEach(files::add);
            files.addSvgs(drawings);
            files.addPngs(drawings);
            files.commit();
            files.deleteOthers(all, "a picture of an earlier run");
            return files.written();
        }
    }
}
