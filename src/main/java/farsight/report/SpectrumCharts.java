package farsight.report;

import farsight.inspect.Attention;
import farsight.inspect.Captured;
import farsight.inspect.Inspection;
import farsight.inspect.Spectrum;
import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.ChartParts;
import farsight.report.chart.ColorScale;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Singular values of affinities, and the share of an affinity that a rank captures. */
final class SpectrumCharts {

    private static final int[] COLORS = {0x00558A, 0xB04A00, 0x00704F, 0x8E4B7D, 0x7A6A00, 0x5A5A5A};

    private static final List<Style.Marker> MARKERS =
            List.of(Style.Marker.CIRCLE, Style.Marker.SQUARE, Style.Marker.DIAMOND, Style.Marker.UP, Style.Marker.DOWN);

    /** Ticks closer than this share of the axis have no room for both labels. */
    private static final double NEAR = 0.07;

    private SpectrumCharts() {}

    /** A named spectrum, for full affinities with the shares that latent nodes capture. */
    private record Named(String label, Spectrum spectrum, List<Captured> captured) {}

    /** Both charts; none if no affinity has a spectrum. */
    static List<Chart> of(Inspection i) {
        List<Named> all = named(i);
        return all.isEmpty() ? List.of() : List.of(singular(i, all), captured(i, all));
    }

    private static List<Named> named(Inspection i) {
        List<Named> all = new ArrayList<>();
        for (Attention a : i.attentions()) {
            Spectrum s = a.spectrum();
            if (s != null && s.singular().length > 0) {
                all.add(new Named(i.attentions().size() == 1 ? "A, the block’s own" : a.label(), s, List.of()));
            }
        }
        for (Captured c : i.captured()) {
            if (c.spectrum().singular().length > 0) {
                all.add(new Named("full " + c.affinity(), c.spectrum(), List.of(c)));
            }
        }
        return all;
    }

    private static Style style(int i) {
        return new Style(
                COLORS[i % COLORS.length],
                MARKERS.get(i % MARKERS.size()),
                i % 2 == 0 ? List.of() : List.of(9.0, 4.0),
                Style.WIDTH);
    }

    private static Chart singular(Inspection i, List<Named> all) {
        List<Series> series = new ArrayList<>();
        for (Named n : all) {
            double[] s = n.spectrum().singular();
            Style style = style(series.size());
            List<Spot> path = new ArrayList<>();
            for (int k = 0; k < s.length; k++) {
                path.add(new Spot(k + 1, s[k] / s[0]));
            }
            List<Mark> marks = places(i, s.length).stream()
                    .map(r -> new Mark(
                            path.get(r - 1),
                            Sign.FILLED,
                            "%s\nσ of index %d is %s of the largest, %s"
                                    .formatted(n.label(), r, ColorScale.text(s[r - 1] / s[0]), ColorScale.text(s[0]))))
                    .toList();
            series.add(new Series(n.label(), style, path, marks));
        }
        List<Double> values = ChartParts.spots(series).map(Spot::y).toList();
        return new Chart(
                "spectrum",
                "Singular values",
                setting(i, all),
                "Singular values of each affinity over its largest, in descending order. Values below 1e-7 are"
                        + " rounding of float32 and not drawn." + sampled(all),
                Axis.at("index of the singular value", ticks(series)),
                Axis.round("σ over the largest σ", values, SpectrumCharts::power),
                series,
                List.of(),
                List.of());
    }

    private static Chart captured(Inspection i, List<Named> all) {
        List<Series> series = new ArrayList<>();
        boolean latent = false;
        for (Named n : all) {
            int length = n.spectrum().singular().length;
            Style style = style(series.size());
            List<Spot> path = new ArrayList<>();
            List<Integer> ranks = n.spectrum().possible(i.ranks());
            int last = Math.max(length, ranks.stream().mapToInt(r -> r).max().orElse(1));
            for (int r = 1; r <= last; r++) {
                path.add(new Spot(r, n.spectrum().captured(r)));
            }
            List<Mark> marks = new ArrayList<>();
            for (int r : ranks) {
                marks.add(new Mark(
                        path.get(r - 1),
                        Sign.FILLED,
                        note(n, "the best of rank " + r, path.get(r - 1).y())));
            }
            for (Captured c : n.captured()) {
                latent = true;
                marks.add(new Mark(
                        new Spot(c.d(), c.span()),
                        Sign.OPEN,
                        note(n, "these Ψ of d = " + c.d() + " with the best F", c.span())));
                marks.add(new Mark(
                        new Spot(c.d(), c.own()),
                        Sign.PLUS,
                        note(n, "the block’s own Ψ·F·Ψᵀ of d = " + c.d() + " at its best scale", c.own())));
            }
            series.add(new Series(n.label(), style, path, marks));
        }
        List<Chart.Key> keys = latent
                ? List.of(
                        new Chart.Key("best of that rank (SVD)", ChartParts.PLAIN, Sign.FILLED),
                        new Chart.Key("these Ψ, best F", ChartParts.PLAIN, Sign.OPEN),
                        new Chart.Key("this block’s Ψ·F·Ψᵀ", ChartParts.PLAIN, Sign.PLUS))
                : List.of();
        return new Chart(
                "captured",
                "Energy captured by rank d",
                setting(i, all),
                "The share of an affinity’s squared Frobenius norm that the best matrix of rank d holds (Eckart and"
                        + " Young 1936)."
                        + (latent
                                ? " For full affinities over the same features, also the shares held by the span of this block’s"
                                        + " Ψ with the best F, and by the block’s own affinity."
                                : "")
                        + sampled(all),
                Axis.at("rank d", ticks(series)),
                Axis.share("captured share of ‖A‖²"),
                series,
                List.of(),
                keys);
    }

    private static String note(Named n, String what, double share) {
        return String.format(Locale.ROOT, "%s%n%s captures %.2f %%", n.label(), what, 100 * share);
    }

    private static String setting(Inspection i, List<Named> all) {
        return i.block().kind() + ", N = " + Units.count(i.shape().positions())
                + (all.stream().allMatch(n -> n.spectrum().exact()) ? "" : ", positions sampled at random");
    }

    private static String sampled(List<Named> all) {
        StringBuilder text = new StringBuilder();
        for (Named n : all) {
            if (!n.spectrum().exact()) {
                text.append(" Of ")
                        .append(n.label())
                        .append(": ")
                        .append(Units.count(n.spectrum().queries()))
                        .append(" queries and ")
                        .append(Units.count(n.spectrum().keys()))
                        .append(" keys, drawn at random.");
            }
        }
        return text.toString();
    }

    /** Powers of two and the requested ranks, up to the number of values. */
    private static Set<Integer> places(Inspection i, int length) {
        Set<Integer> places = new TreeSet<>();
        for (int r = 1; r <= length; r *= 2) {
            places.add(r);
        }
        i.ranks().stream().filter(r -> r <= length).forEach(places::add);
        return places;
    }

    private static List<Long> ticks(List<Series> series) {
        return ticks(ChartParts.xs(series).stream().mapToLong(x -> x).max().orElse(1));
    }

    static List<Long> ticks(long last) {
        // The axis ends at its last tick; a power of two next to it would have no room for its label.
        double near = Math.pow((double) last, NEAR);
        List<Long> ticks = new ArrayList<>(
                LongStream.iterate(1, x -> x * near < last, x -> x * 2).boxed().toList());
        ticks.add(last);
        return ticks;
    }

    private static String power(double value) {
        return value >= 0.0099
                ? ColorScale.text(value)
                : String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
    }
}
