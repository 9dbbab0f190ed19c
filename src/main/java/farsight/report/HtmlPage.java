package farsight.report;

import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Html;
import farsight.report.chart.Lines;
import farsight.report.chart.Svg;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A sweep as one HTML file: summary, charts, every point, and the run's facts. It is self-contained, runs no script,
 * and is readable on a phone and on paper.
 */
final class HtmlPage {

    /** The {@link SweepResult#preset} whose page compares with the talk's claim. */
    private static final String TALK = "talk";

    private final SweepResult sweep;
    private final Charts charts;
    private final StringBuilder out = new StringBuilder();

    private HtmlPage(SweepResult sweep, Charts charts) {
        this.sweep = sweep;
        this.charts = charts;
    }

    /** The page, to be written as UTF-8. */
    public static String text(SweepResult sweep) {
        return new HtmlPage(sweep, Charts.of(sweep)).page();
    }

    private String page() {
        out.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light">
                <link rel="icon" href="data:,">
                """);
        element("title", sweep.title() + " – Farsight");
        out.append("<style>\n").append(style()).append("</style>\n</head>\n<body>\n<main>\n");
        element("h1", sweep.title());
        summary();
        if (sweep.preset().equals(TALK)) {
            talk();
        }
        growth();
        charts();
        points();
        about();
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    private void summary() {
        if (sweep.points().isEmpty()) {
            element("p", "No point of this sweep has finished yet.");
            return;
        }
        out.append("<p class=\"setting\">");
        text(Summary.setting(sweep) + ". " + Units.count(sweep.points().size()) + " points: " + Summary.counts(sweep)
                + ".");
        out.append("</p>\n");
        Summary.comparisons(sweep).forEach(sentence -> {
            out.append("<p class=\"lead\">");
            text(sentence);
            out.append("</p>\n");
        });
        element("h2", "How far each block went");
        out.append("<ul>\n");
        for (Summary.Reach reach : Summary.reaches(sweep)) {
            out.append("<li><strong>");
            text(reach.subject());
            out.append("</strong> ");
            text(reach.text());
            out.append("</li>\n");
        }
        out.append("</ul>\n");
    }

    private void talk() {
        out.append("<aside class=\"claim\">\n");
        element("h2", "The talk’s claim");
        element("p", TalkClaim.claim());
        List<String> here = TalkClaim.here(sweep);
        out.append("<ul>\n");
        here.forEach(sentence -> element("li", sentence));
        out.append("</ul>\n");
        out.append("<p class=\"source\">");
        text("LatentGNN: Learning Efficient Non-local Relations for Visual Recognition, ICML 2019.");
        out.append("</p>\n</aside>\n");
    }

    private void growth() {
        List<GrowthTable.Row> rows =
                GrowthTable.of(Compared.several(sweep) ? Compared.together(sweep) : Lines.of(sweep.points()));
        if (rows.isEmpty()) {
            return;
        }
        element("h2", "Between O(N) and O(N²)");
        out.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Growth of memory\">\n<table>\n<thead>"
                        + "<tr><th scope=\"col\">Block</th><th scope=\"col\">O(N) … O(N²)</th>"
                        + "<th scope=\"col\" class=\"number\">Memory grows as</th>"
                        + "<th scope=\"col\">Beyond C·N</th><th scope=\"col\" class=\"number\">Bytes per position</th>"
                        + "</tr></thead>\n<tbody>\n");
        for (GrowthTable.Row row : rows) {
            out.append("<tr><td>");
            text(row.block());
            out.append("</td><td>")
                    .append(row.track())
                    .append("</td><td class=\"number\">N<sup>")
                    .append(row.power())
                    .append("</sup></td><td>");
            text(row.term());
            out.append("</td><td class=\"number\">");
            text(Units.bytes(Math.round(row.bytes())));
            out.append("</td></tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n");
        element(
                "p",
                "The power of N is that of the bytes of all arrays between the two largest N; bytes per position are those"
                        + " at the largest. Every block has arrays of C·N floats, so none grows more slowly than N for long.");
    }

    private void charts() {
        if (!charts.made().isEmpty()) {
            element("h2", "Charts");
        }
        for (Chart chart : charts.made()) {
            out.append("<figure>\n<div class=\"wide\">")
                    .append(Svg.inline(ChartLayout.wide(chart)))
                    .append("</div>\n<div class=\"narrow\">")
                    .append(Svg.inline(ChartLayout.narrow(chart)))
                    .append("</div>\n");
            element("figcaption", chart.caption());
            out.append("</figure>\n");
        }
        for (String reason : charts.missing()) {
            out.append("<p class=\"missing\">");
            text("Not drawn: " + reason);
            out.append("</p>\n");
        }
        Summary.unsettled(sweep).ifPresent(sentence -> element("p", sentence));
    }

    private void points() {
        if (sweep.points().isEmpty()) {
            return;
        }
        List<PointColumns.Column> columns = PointColumns.of(sweep.points());
        element("h2", "Every point");
        out.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Every point\">\n<table>\n<thead><tr>");
        columns.forEach(c -> {
            out.append("<th scope=\"col\"").append(c.number() ? " class=\"number\">" : ">");
            text(c.title());
            out.append("</th>");
        });
        out.append("</tr></thead>\n<tbody>\n");
        sweep.points().forEach(p -> row(columns, p));
        out.append("</tbody>\n</table>\n</div>\n");
    }

    // A point that did not run shows the reason in place of all results.
    private void row(List<PointColumns.Column> columns, Point p) {
        boolean ran = p.status() == Status.OK;
        out.append("<tr class=\"").append(p.status()).append("\">");
        columns.stream().filter(c -> ran || !c.result()).forEach(c -> cell(c, p));
        long results = columns.stream().filter(PointColumns.Column::result).count();
        if (!ran && results > 0) {
            out.append("<td class=\"note\" colspan=\"").append(results).append("\">");
            text(p.message());
            out.append("</td>");
        }
        out.append("</tr>\n");
    }

    private void cell(PointColumns.Column column, Point p) {
        out.append("<td").append(column.number() ? " class=\"number\"" : "");
        String exact = column.exact().apply(p);
        if (!exact.isEmpty()) {
            out.append(" title=\"").append(Html.escape(exact)).append('"');
        }
        out.append('>');
        text(column.text().apply(p));
        out.append("</td>");
    }

    private void about() {
        element("h2", "About this run");
        out.append("<dl class=\"about\">\n");
        sweep.about().forEach(this::entry);
        if (sweep.limitBytes() > 0 && sweep.limitBytes() < Long.MAX_VALUE) {
            entry("memory limit", Units.bytes(sweep.limitBytes()) + " (" + sweep.limitName() + ")");
        }
        out.append("</dl>\n");
        if (!sweep.points().isEmpty()) {
            element("h3", "The blocks");
            out.append("<dl class=\"figures\">\n");
            Lines.options(sweep.points()).forEach(this::entry);
            out.append("</dl>\n");
        }
        element("h3", "Definitions");
        out.append("<dl class=\"figures\">\n");
        Definitions.of(sweep.points()).forEach(this::entry);
        out.append("</dl>\n");
    }

    private void entry(String term, String definition) {
        element("dt", term);
        element("dd", definition);
    }

    private void element(String name, String text) {
        out.append('<').append(name).append('>');
        text(text);
        out.append("</").append(name).append(">\n");
    }

    private void text(String text) {
        out.append(Html.escape(unbroken(text)));
    }

    /** The text with no line break between a number and its unit, or a letter and its value. */
    static String unbroken(String text) {
        return text.replaceAll("(?<=\\d) (?=(?:[kMGTPE]?B|[nµm]?s)\\b)| (?==)|(?<==) (?=\\d)", "\u00a0");
    }

    /** The style sheet of every page. */
    static String style() {
        try (InputStream in = HtmlPage.class.getResourceAsStream("page.css")) {
            return new String(Objects.requireNonNull(in, "page.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
