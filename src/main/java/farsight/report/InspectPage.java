package farsight.report;

import farsight.inspect.Attention;
import farsight.inspect.Captured;
import farsight.inspect.Distance;
import farsight.inspect.Inspection;
import farsight.inspect.Spectrum;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.MapSheet;
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
    private final PageText page;

    private InspectPage(Inspection found, SequencedMap<String, String> about) {
        this.found = found;
        this.about = about;
        page = new PageText("Is the attention of this " + found.block().kind() + " block query-dependent?");
    }

    static String text(
            Inspection found, SequencedMap<String, String> about, List<MapSheet> sheets, List<Chart> charts) {
        return new InspectPage(found, about).page(sheets, charts);
    }

    private String page(List<MapSheet> sheets, List<Chart> charts) {
        String features = about.get("Features");
        String weights = about.get("Weights");
        page.element(
                "p class=\"setting\"", (features == null ? "" : features + ". ") + (weights == null ? "" : weights));
        Answer.of(found).forEach(sentence -> page.element("p class=\"lead\"", sentence));
        distances();
        pictures(sheets);
        spectra(charts);
        notes();
        about();
        return page.end();
    }

    private void distances() {
        page.element("h2", "Average distances");
        page.table(
                "Average distances",
                1,
                List.of("", "cosine, input", "cosine, output", "cosine, attention", "JSD, attention"),
                distanceRows());
        page.element(
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
            page.element("h2", "Maps");
        }
        for (MapSheet s : sheets) {
            page.figure(s.wide(), s.narrow(), s.caption());
        }
        if (!found.attentions().isEmpty()) {
            page.element(
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
        page.element("h2", "How low the rank is");
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
        page.table("Ranks", 1, titles, rows);
        page.element(
                "p class=\"source\"",
                "Shares of ‖A‖²: the least rank that captures 90 % and 99 %, and the share that the best matrix of a"
                        + " rank captures; a dash if fewer rows or columns were sampled than that rank needs.");
        if (!found.captured().isEmpty()) {
            page.element("h3", "How well latent nodes replace full affinities");
            page.table(
                    "Latent nodes against full affinities",
                    1,
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
            page.figure(ChartLayout.wide(c), ChartLayout.narrow(c), c.caption());
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

    private void notes() {
        if (!found.notes().isEmpty()) {
            page.element("h2", "To be read with this");
            page.sentences(found.notes());
        }
    }

    private void about() {
        page.element("h2", "About this run");
        page.beginEntries("about");
        about.forEach(page::entry);
        page.entry(
                "Forward pass",
                Units.bytes(found.bytes()) + " of arrays, " + Units.nanos(found.nanos()) + " (the first run)");
        page.endEntries();
    }
}
