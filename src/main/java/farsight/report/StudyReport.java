package farsight.report;

import farsight.evidence.Judgement;
import farsight.evidence.Qualities;
import farsight.evidence.QualityTable;
import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.report.chart.Drawing;
import farsight.report.chart.IntervalSheet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Writes the files of studies. */
public final class StudyReport {

    /** Name of the page. */
    public static final String PAGE = "index.html";

    /** Name of the numbers. */
    public static final String NUMBERS = "results.json";

    /** Name of the claims of all studies. */
    public static final String LEDGER = "ledger.md";

    private static final String LEDGER_NUMBERS = "ledger.json";

    /** Name of the table that {@code advise} reads. */
    private static final String QUALITY = "quality.json";

    private StudyReport() {}

    /**
     * Writes a study's page, numbers and charts; all of them whole, or none.
     *
     * @param about command, machine, versions and date
     * @param folder exists
     * @throws farsight.data.DataException in one line when a file may not be written
     */
    public static Report.Written write(StudyResults results, SequencedMap<String, String> about, Path folder) {
        List<IntervalSheet> charts = StudyCharts.of(results);
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        charts.forEach(c -> drawings.put(c.name(), c.wide()));
        try (ReportFiles files = new ReportFiles(folder)) {
            files.add(PAGE, StudyPage.text(results, charts, about));
            files.add(NUMBERS, StudyJson.of(results, about));
            files.addSvgs(drawings);
            files.addPngs(drawings);
            files.commit();
            files.deleteOthers(
                    StudyCharts.NAMES.stream()
                            .flatMap(n -> Stream.of(n + ".svg", n + ".png"))
                            .toList(),
                    "a chart of an earlier study");
            return files.written();
        }
    }

    /**
     * Writes the claims of all studies as Markdown and as JSON, and the table of qualities that {@code advise} reads.
     *
     * @param folder exists
     */
    public static Report.Written ledger(List<StudyResults> all, Path folder) {
        try (ReportFiles files = new ReportFiles(folder)) {
            files.add(LEDGER, LedgerText.of(all));
            files.add(LEDGER_NUMBERS, StudyJson.ledger(all));
            files.add(QUALITY, QualityTable.json(Qualities.of(all)));
            files.commit();
            return files.written();
        }
    }

    /** The claims of all studies as JSON. */
    public static String ledgerJson(List<StudyResults> all) {
        return StudyJson.ledger(all);
    }

    /** A study's results for a terminal: a line for each variant, then one for each claim. */
    public static List<String> lines(StudyResults r) {
        List<String> lines = new ArrayList<>();
        lines.add(r.study().title());
        int widest = r.study().variants().stream()
                .mapToInt(v -> v.label().length())
                .max()
                .orElse(0);
        for (Study.Pair p : r.study().pairs()) {
            lines.add("  %s  %s  %s"
                    .formatted(
                            p.variant().label()
                                    + " ".repeat(widest - p.variant().label().length()),
                            r.estimate(p, p.setting().metric())
                                    .map(e -> Estimates.text(e, p.setting().metric()))
                                    .orElse("diverged"),
                            p.setting().label()));
        }
        Judgement.of(r)
                .forEach(j -> lines.add(
                        "  %s: %s".formatted(j.claim().text(), j.verdict().text())));
        return lines;
    }
}
