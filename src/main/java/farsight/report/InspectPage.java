package farsight.report;

import farsight.inspect.Attention;
import farsight.inspect.Captured;
import farsight.inspect.Distance;
import farsight.inspect.Inspection;
import farsight.inspect.Spectrum;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Html;
import farsight.report.chart.MapSheet;
import farsight.report.chart.Svg;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An inspection as one HTML file: the answer, the statistics beside the published ones, every picture, and the run's
 * facts. Like {@link HtmlPage} it needs no network and runs no script.
 */
final class InspectPage {

    private static final String DASH = Units.NONE;

    private final Inspection found;
    private final SequencedMap<String, String> about;
    private final StringBuilder out = new StringBuilder();

    private InspectPage(Inspection found, SequencedMap<String, String> about) {
        this.found = found;
        this.about = about;
    }

    static String text(
            Inspection found, SequencedMap<String, String> about, List<MapSheet> sheets, List<Chart> charts) {
        return new InspectPage(found, about).page(sheets, charts);
    }

    private String page(List<MapSheet> sheets, List<Chart> charts) {
        String title = "Is the attention of this " + found.block().kind() + " block query-dependent?";
        out.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light">
                <link rel="icon" href="data:,">
                """);
        element("title", title + " – Farsight");
        out.append("<style>\n").append(HtmlPage.style()).append("</style>\n</head>\n<body>\n<main>\n");
        element("h1", title);
        String features = about.get("Features");
        String weights = about.get("Weights");
        element("p class=\"setting\"", (features == null ? "" : features + ". ") + (weights == null ? "" : weights));
        Answer.of(found).forEach(sentence -> element("p class=\"lead\"", sentence));
        distances();
        pictures(sheets);
        spectra(charts);
        notes();
        about();
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    private void distances() {
        element("h2", "Average distances");
        table(
                "Average distances",
                List.of("", "cosine, input", "cosine, output", "cosine, attention", "JSD, attention"),
                distanceRows());
        element(
                "p class=\"source\"",
                "Of all pairs of positions, i = j too: cosine (1 − cos) / 2; JSD in nats. Input: x. Output: "
                        + found.added() + ". Attention: the rows of the affinity. A zero vector has cosine 0 to every"
                        + " vector, itself too. "
                        + Published.SOURCE);
    }

    private List<List<String>> distanceRows() {
        List<List<String>> rows = new ArrayList<>();
        if (found.attentions().isEmpty()) {
            rows.add(List.of(
                    "this " + found.block().kind() + " block", text(found.input()), text(found.output()), DASH, DASH));
        }
        for (Attention a : found.attentions()) {
            rows.add(List.of(
                    found.attentions().size() == 1 ? "this " + found.block().kind() + " block" : a.label(),
                    text(found.input()),
                    text(found.output()),
                    text(a.cosine()),
                    text(a.divergence())));
        }
        for (Published p : Published.TABLE) {
            rows.add(List.of(p.block() + " (GCNet)", p.input(), p.output(), p.attention(), p.divergence()));
        }
        return rows;
    }

    private static String text(@Nullable Distance d) {
        if (d == null) {
            return DASH;
        }
        String value = Answer.number(d.value());
        String text = d.exact() ? value : value + " (" + Units.count(d.vectors()) + " sampled)";
        return d.zeros() == 0 ? text : text + " (" + Units.count(d.zeros()) + " zero)";
    }

    private void pictures(List<MapSheet> sheets) {
        if (!found.attentions().isEmpty()) {
            element("h2", "Maps");
        }
        for (MapSheet s : sheets) {
            figure(Svg.inline(s.wide()), Svg.inline(s.narrow()), s.caption());
        }
        if (!found.attentions().isEmpty()) {
            element(
                    "p class=\"source\"",
                    "The values, a row of the affinity for each query and a column of Ψ for each latent node, are in "
                            + MapTensors.FILE + " beside this page; " + InspectReport.NUMBERS
                            + " says which tensor is which.");
        }
    }

    private void spectra(List<Chart> charts) {
        if (charts.isEmpty()) {
            return;
        }
        element("h2", "How low the rank is");
        List<List<String>> rows = new ArrayList<>();
        for (Attention a : found.attentions()) {
            Spectrum s = a.spectrum();
            if (s != null) {
                rows.add(rankRow(found.attentions().size() == 1 ? a.title() : a.label(), s));
            }
        }
        for (Captured c : found.captured()) {
            rows.add(rankRow("full affinity " + c.affinity(), c.spectrum()));
        }
        List<String> titles = new ArrayList<>(List.of("affinity", "for 90 %", "for 99 %"));
        found.ranks().forEach(r -> titles.add("rank " + r));
        table("Ranks", titles, rows);
        element(
                "p class=\"source\"",
                "Shares of ‖A‖²: the least rank that captures 90 % and 99 %, and the share that the best matrix of a"
                        + " rank captures; a dash if fewer rows or columns were sampled than that rank needs.");
        if (!found.captured().isEmpty()) {
            element("h3", "How well latent nodes replace full affinities");
            table(
                    "Latent nodes against full affinities",
                    List.of("full affinity", "d", "best of rank d", "these Ψ, best F", "this block’s Ψ·F·Ψᵀ"),
                    found.captured().stream()
                            .map(c -> List.of(
                                    c.affinity(),
                                    Integer.toString(c.d()),
                                    percent(c.best()),
                                    percent(c.span()),
                                    percent(c.own())))
                            .toList());
        }
        for (Chart c : charts) {
            figure(Svg.inline(ChartLayout.wide(c)), Svg.inline(ChartLayout.narrow(c)), c.caption());
        }
    }

    private List<String> rankRow(String title, Spectrum s) {
        List<String> row = new ArrayList<>(List.of(title, Units.count(s.rankFor(0.9)), Units.count(s.rankFor(0.99))));
        found.ranks().forEach(r -> row.add(r <= s.most() ? percent(s.captured(r)) : DASH));
        return row;
    }

    static String percent(double share) {
        // A share just below 1 must not be shown as 100 %.
        double shown = share < 1 ? Math.min(share, 0.9999) : share;
        return String.format(Locale.ROOT, "%.2f %%", 100 * shown);
    }

    private void figure(String wide, String narrow, String caption) {
        out.append("<figure>\n<div class=\"wide\">").append(wide);
        out.append("</div>\n<div class=\"narrow\">").append(narrow).append("</div>\n");
        element("figcaption", caption);
        out.append("</figure>\n");
    }

    private void table(String name, List<String> titles, List<List<String>> rows) {
        out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(Html.escape(name))
                .append("\">\n<table>\n<thead><tr>");
        for (int i = 0; i < titles.size(); i++) {
            cell("th scope=\"col\"", i, titles.get(i));
        }
        out.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            out.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                cell("td", i, row.get(i));
            }
            out.append("</tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n");
    }

    private void cell(String tag, int column, String text) {
        out.append('<').append(tag).append(column == 0 ? ">" : " class=\"number\">");
        out.append(Html.escape(HtmlPage.unbroken(text)));
        out.append("</").append(tag, 0, 2).append('>');
    }

    private void notes() {
        if (!found.notes().isEmpty()) {
            element("h2", "To be read with this");
            out.append("<ul>\n");
            found.notes().forEach(n -> element("li", n));
            out.append("</ul>\n");
        }
    }

    private void about() {
        element("h2", "About this run");
        out.append("<dl class=\"about\">\n");
        about.forEach((term, definition) -> {
            element("dt", term);
            element("dd", definition);
        });
        element("dt", "Forward pass");
        element("dd", Units.bytes(found.bytes()) + " of arrays, " + Units.nanos(found.nanos()) + " (the first run)");
        out.append("</dl>\n");
    }

    /** An element; {@code tag} may carry attributes. */
    private void element(String tag, String text) {
        int end = tag.indexOf(' ');
        out.append('<').append(tag).append('>').append(Html.escape(HtmlPage.unbroken(text)));
        out.append("</").append(end < 0 ? tag : tag.substring(0, end)).append(">\n");
    }
}
