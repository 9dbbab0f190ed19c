package farsight.report;

import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Html;
import farsight.report.chart.Lines;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.List;

/**
 * A sweep as one HTML file: summary, charts, every point, and the run's facts. It is self-contained, runs no script,
 * and is readable on a phone and on paper.
 */
final class HtmlPage {

    /** The {@link SweepResult#preset} whose page compares with the talk's claim. */
    private static final String TALK = "talk";

    private final SweepResult sweep;
    private final Charts charts;
    private final PageText page;

    private HtmlPage(SweepResult sweep, Charts charts) {
        this.sweep = sweep;
        this.charts = charts;
        page = new PageText(sweep.title());
    }

    /** The page, to be written as UTF-8. */
    public static String text(SweepResult sweep) {
        return new HtmlPage(sweep, Charts.of(sweep)).html();
    }

    private String html() {
        summary();
        if (sweep.preset().equals(TALK)) {
            talk();
        }
        growth();
        charts();
        points();
        about();
        return page.end();
    }

    private void summary() {
        if (sweep.points().isEmpty()) {
            page.element("p", "No point of this sweep has finished yet.");
            return;
        }
        page.element(
                "p class=\"setting\"",
                Summary.setting(sweep) + ". " + Units.count(sweep.points().size()) + " points: " + Summary.counts(sweep)
                        + ".");
        Summary.comparisons(sweep).forEach(sentence -> page.element("p class=\"lead\"", sentence));
        page.element("h2", "How far each block went");
        page.markup("<ul>\n");
        for (Summary.Reach reach : Summary.reaches(sweep)) {
            page.markup("<li><strong>");
            page.text(reach.subject());
            page.markup("</strong> ");
            page.text(reach.text());
            page.markup("</li>\n");
        }
        page.markup("</ul>\n");
    }

    private void talk() {
        page.markup("<aside class=\"claim\">\n");
        page.element("h2", "The talk’s claim");
        page.element("p", TalkClaim.claim());
        page.sentences(TalkClaim.here(sweep));
        page.element(
                "p class=\"source\"",
                "LatentGNN: Learning Efficient Non-local Relations for Visual Recognition, ICML 2019.");
        page.markup("</aside>\n");
    }

    private void growth() {
        List<GrowthTable.Row> rows =
                GrowthTable.of(Compared.several(sweep) ? Compared.together(sweep) : Lines.of(sweep.points()));
        if (rows.isEmpty()) {
            return;
        }
        page.element("h2", "Between O(N) and O(N²)");
        page.beginTable("Growth of memory");
        page.markup("<th scope=\"col\">Block</th><th scope=\"col\">O(N) … O(N²)</th>"
                + "<th scope=\"col\" class=\"number\">Memory grows as</th>"
                + "<th scope=\"col\">Beyond C·N</th><th scope=\"col\" class=\"number\">Bytes per position</th>"
                + "</tr></thead>\n<tbody>\n");
        for (GrowthTable.Row row : rows) {
            page.markup("<tr><td>");
            page.text(row.block());
            page.markup(
                    "</td><td>" + row.track() + "</td><td class=\"number\">N<sup>" + row.power() + "</sup></td><td>");
            page.text(row.term());
            page.markup("</td><td class=\"number\">");
            page.text(Units.bytes(Math.round(row.bytes())));
            page.markup("</td></tr>\n");
        }
        page.endTable();
        page.element(
                "p",
                "The power of N is that of the bytes of all arrays between the two largest N; bytes per position are those"
                        + " at the largest. Every block has arrays of C·N floats, so none grows more slowly than N for long.");
    }

    private void charts() {
        if (!charts.made().isEmpty()) {
            page.element("h2", "Charts");
        }
        for (Chart chart : charts.made()) {
            page.figure(ChartLayout.wide(chart), ChartLayout.narrow(chart), chart.caption());
        }
        for (String reason : charts.missing()) {
            page.element("p class=\"missing\"", "Not drawn: " + reason);
        }
        Summary.unsettled(sweep).ifPresent(sentence -> page.element("p", sentence));
    }

    private void points() {
        if (sweep.points().isEmpty()) {
            return;
        }
        List<PointColumns.Column> columns = PointColumns.of(sweep.points());
        page.element("h2", "Every point");
        page.beginTable("Every point");
        columns.forEach(c -> {
            page.markup("<th scope=\"col\"" + (c.number() ? " class=\"number\">" : ">"));
            page.text(c.title());
            page.markup("</th>");
        });
        page.markup("</tr></thead>\n<tbody>\n");
        sweep.points().forEach(p -> row(columns, p));
        page.endTable();
    }

    // A point that did not run shows the reason in place of all results.
    private void row(List<PointColumns.Column> columns, Point p) {
        boolean ran = p.status() == Status.OK;
        page.markup("<tr class=\"" + p.status() + "\">");
        columns.stream().filter(c -> ran || !c.result()).forEach(c -> cell(c, p));
        long results = columns.stream().filter(PointColumns.Column::result).count();
        if (!ran && results > 0) {
            page.markup("<td class=\"note\" colspan=\"" + results + "\">");
            page.text(p.message());
            page.markup("</td>");
        }
        page.markup("</tr>\n");
    }

    private void cell(PointColumns.Column column, Point p) {
        String exact = column.exact().apply(p);
        page.markup("<td" + (column.number() ? " class=\"number\"" : "")
                + (exact.isEmpty() ? ">" : " title=\"" + Html.escape(exact) + "\">"));
        page.text(column.text().apply(p));
        page.markup("</td>");
    }

    private void about() {
        page.element("h2", "About this run");
        page.beginEntries("about");
        sweep.about().forEach(page::entry);
        if (sweep.limitBytes() > 0 && sweep.limitBytes() < Long.MAX_VALUE) {
            page.entry("memory limit", Units.bytes(sweep.limitBytes()) + " (" + sweep.limitName() + ")");
        }
        page.endEntries();
        if (!sweep.points().isEmpty()) {
            page.element("h3", "The blocks");
            page.beginEntries("figures");
            Lines.options(sweep.points()).forEach(page::entry);
            page.endEntries();
        }
        page.element("h3", "Definitions");
        page.beginEntries("figures");
        Definitions.of(sweep.points()).forEach(page::entry);
        page.endEntries();
    }
}
