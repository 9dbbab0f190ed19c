package farsight.report;

import farsight.evidence.Judgement;
import farsight.evidence.Qualities;
import farsight.evidence.QualityTable;
import farsight.evidence.Setting;
import farsight.evidence.StudyResults;
import farsight.evidence.TrialCost;
import farsight.evidence.Variant;
import farsight.report.chart.Drawing;
import farsight.report.chart.IntervalSheet;
import farsight.report.chart.Units;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
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

    /** A study's results for a terminal: titles, then a row for each variant. Costs are those of the last setting. */
    public static List<List<String>> table(StudyResults r) {
        List<Setting> settings = r.study().settings();
        List<List<String>> rows = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("variant"));
        settings.forEach(s -> titles.add(s.label()));
        titles.addAll(List.of("parameters", "a step", "arrays"));
        rows.add(titles);
        for (Variant v : r.study().variants()) {
            List<String> row = new ArrayList<>(List.of(v.label()));
            for (Setting s : settings) {
                row.add(r.pair(s.label(), v.label())
                        .map(p -> r.estimate(p, s.metric())
                                .map(e -> Estimates.text(e, s.metric()))
                                .orElse("diverged"))
                        .orElse(Units.NONE));
            }
            Optional<TrialCost> cost =
                    r.pair(settings.getLast().label(), v.label()).map(r::cost);
            row.add(cost.map(c -> Units.count(c.parameters())).orElse(Units.NONE));
            row.add(cost.map(c -> Units.nanos(c.medianNanos())).orElse(Units.NONE));
            row.add(cost.map(c -> Units.bytes(c.bytes())).orElse(Units.NONE));
            rows.add(row);
        }
        return rows;
    }

    /** A line for each claim: the verdict, and the claim. */
    public static List<String> verdicts(StudyResults r) {
        return Judgement.of(r).stream()
                .map(j -> "%s: %s".formatted(j.verdict().text(), j.claim().text()))
                .toList();
    }
}
