package farsight.report;

import farsight.evidence.Judgement;
import farsight.evidence.Metric;
import farsight.evidence.Setting;
import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.evidence.TrialCost;
import farsight.report.chart.IntervalSheet;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A study as one HTML file: the question, charts, claims, a table for each setting, and the facts of the run. */
final class StudyPage {

    private final StudyResults results;
    private final Study study;
    private final PageText page;

    private StudyPage(StudyResults results) {
        this.results = results;
        study = results.study();
        page = new PageText(study.title());
    }

    static String text(StudyResults results, List<IntervalSheet> charts, Map<String, String> about) {
        StudyPage p = new StudyPage(results);
        p.page.element("p class=\"lead\"", p.study.question());
        charts.forEach(c -> p.page.figure(c.wide(), c.narrow(), c.caption()));
        p.claims();
        p.study.settings().forEach(p::setting);
        p.page.element("h2", "About this run");
        p.page.beginEntries("about");
        about.forEach(p.page::entry);
        p.page.endEntries();
        return p.page.end();
    }

    private void claims() {
        List<Judgement> all = Judgement.of(results);
        if (all.isEmpty()) {
            return;
        }
        page.element("h2", "Claims");
        for (Judgement j : all) {
            page.element("h3", j.claim().text());
            page.element(
                    "p",
                    "Verdict: %s. %s"
                            .formatted(
                                    j.verdict().text(),
                                    j.claim().untested().isEmpty()
                                            ? j.claim().conclusion()
                                            : j.claim().untested()));
            page.element(
                    "p class=\"source\"",
                    "Source: " + j.claim().source()
                            + (j.claim().published().isEmpty()
                                    ? ""
                                    : ". Published: " + j.claim().published()));
            if (!j.findings().isEmpty()) {
                page.table(
                        j.claim().text(),
                        2,
                        List.of("setting", "test", "measured", "finding"),
                        j.findings().stream()
                                .map(f -> List.of(
                                        f.setting(),
                                        LedgerText.test(f.test()),
                                        LedgerText.figure(f),
                                        f.verdict().text()))
                                .toList());
            }
        }
    }

    private void setting(Setting s) {
        page.element("h2", s.label());
        page.element("p class=\"setting\"", "%s; %s".formatted(s.task().describe(), s.training()));
        List<Metric> metrics = new ArrayList<>(List.of(Metric.ACCURACY, Metric.MEAN_IOU, Metric.LOSS));
        if (study.inspected()) {
            metrics.addAll(List.of(
                    Metric.COS_INPUT, Metric.COS_OUTPUT, Metric.COS_ATTENTION, Metric.JSD_ATTENTION, Metric.RANK_90));
        }
        List<String> titles = new ArrayList<>(List.of("variant", "blocks"));
        metrics.forEach(m -> titles.add(m.label()));
        titles.addAll(List.of("parameters", "batch", "steps", "a step", "at least", "arrays"));
        List<List<String>> rows = new ArrayList<>();
        for (Study.Pair p : study.pairs()) {
            if (p.setting().equals(s)) {
                rows.add(row(p, metrics));
            }
        }
        page.table(s.label(), 2, titles, rows);
    }

    private List<String> row(Study.Pair p, List<Metric> metrics) {
        TrialCost c = results.cost(p);
        long diverged = results.diverged(p);
        List<String> row = new ArrayList<>();
        row.add(p.variant().label() + (diverged == 0 ? "" : " (%d diverged)".formatted(diverged)));
        row.add(
                p.variant().insert().isEmpty()
                        ? "none"
                        : String.join(", ", p.variant().insert()));
        for (Metric m : metrics) {
            row.add(results.estimate(p, m).map(e -> Estimates.text(e, m)).orElse(Units.NONE));
        }
        row.add(Units.count(c.parameters()));
        row.add(Units.count(c.batch()));
        row.add(Units.count(c.steps()));
        row.add(Units.nanos(c.medianNanos()));
        row.add(Units.nanos(c.minNanos()));
        row.add(Units.bytes(c.bytes()));
        return row;
    }
}
