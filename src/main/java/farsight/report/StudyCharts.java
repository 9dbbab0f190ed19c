package farsight.report;

import farsight.block.NamedBlock;
import farsight.evidence.Estimate;
import farsight.evidence.Metric;
import farsight.evidence.Setting;
import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.evidence.TrialCost;
import farsight.evidence.Variant;
import farsight.report.chart.Axis;
import farsight.report.chart.IntervalSheet;
import farsight.report.chart.IntervalSheet.Column;
import farsight.report.chart.IntervalSheet.Row;
import farsight.report.chart.IntervalSheet.Spot;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToLongFunction;

/** The charts of a study. */
final class StudyCharts {

    static final String QUALITY = "quality";
    static final String ATTENTION = "attention";

    /** Names of all charts. */
    static final List<String> NAMES = List.of(QUALITY, ATTENTION);

    private final StudyResults results;
    private final Study study;

    private StudyCharts(StudyResults results) {
        this.results = results;
        study = results.study();
    }

    static List<IntervalSheet> of(StudyResults results) {
        StudyCharts charts = new StudyCharts(results);
        List<IntervalSheet> all = new ArrayList<>(List.of(charts.quality()));
        if (results.study().inspected()) {
            charts.attention().ifPresent(all::add);
        }
        return all;
    }

    private IntervalSheet quality() {
        List<Column> columns = new ArrayList<>();
        for (Setting s : study.settings()) {
            columns.add(metric(s, s.metric(), List.of(s.label(), s.metric().label()), study.variants()));
        }
        Setting last = study.settings().getLast();
        columns.add(cost(last, "step", Units::nanosTick, TrialCost::medianNanos));
        columns.add(cost(last, "arrays", Units::bytesTick, TrialCost::bytes));
        return new IntervalSheet(
                QUALITY,
                study.title(),
                setting(),
                "Held-out samples; mean and 95 %% interval over %s. Dotted: the network without a block. Time and arrays of a training step are those of %s."
                        .formatted(seeds(), last.label()),
                study.variants().stream().map(StudyCharts::row).toList(),
                columns);
    }

    private Optional<IntervalSheet> attention() {
        List<Variant> shown = study.variants().stream()
                .filter(v -> study.settings().stream()
                        .anyMatch(s -> estimate(s, v, Metric.COS_ATTENTION).isPresent()))
                .toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        List<Column> columns = new ArrayList<>();
        for (Setting s : study.settings()) {
            columns.add(metric(s, Metric.COS_ATTENTION, List.of(s.label(), "cosine distance"), shown));
        }
        return Optional.of(new IntervalSheet(
                ATTENTION,
                "How far attention maps of different queries are apart",
                setting(),
                "Average cosine distance of the affinity's rows after training, 0 where all queries attend alike; mean and 95 %% interval over %s."
                        .formatted(seeds()),
                shown.stream().map(StudyCharts::row).toList(),
                columns));
    }

    private String setting() {
        List<String> all =
                study.settings().stream().map(Setting::training).distinct().toList();
        return (all.size() == 1 ? all.getFirst() + "; " : "") + seeds() + "; mean and 95 % interval";
    }

    private String seeds() {
        return study.seeds() == 1 ? "one seed" : study.seeds() + " seeds";
    }

    private static Row row(Variant v) {
        String name = v.block().split(":", 2)[0];
        int color =
                NamedBlock.of(name).map(b -> b.kind().look().colour()).orElse(name.isEmpty() ? Style.INK : 0x5A5A5A);
        return new Row(v.label(), color);
    }

    private Optional<Estimate> estimate(Setting s, Variant v, Metric m) {
        return results.pair(s.label(), v.label()).flatMap(p -> results.estimate(p, m));
    }

    private Column metric(Setting setting, Metric metric, List<String> title, List<Variant> variants) {
        List<Optional<Spot>> spots = new ArrayList<>();
        double least = 1;
        double most = 0;
        for (Variant v : variants) {
            Optional<Estimate> e = estimate(setting, v, metric);
            spots.add(e.map(x -> spot(v, x, metric)));
            least = Math.min(
                    least,
                    e.map(x -> Math.max(0, x.count() > 1 ? x.low() : x.mean())).orElse(1.0));
            most = Math.max(
                    most, e.map(x -> x.count() > 1 ? x.high() : x.mean()).orElse(0.0));
        }
        Optional<Double> alone = study.variants().stream()
                .filter(v -> v.insert().isEmpty())
                .findFirst()
                .flatMap(v -> estimate(setting, v, metric))
                .map(Estimate::mean);
        return new Column(title, metric.share() ? shares(least, most) : distances(most), alone, spots);
    }

    private static Spot spot(Variant v, Estimate e, Metric m) {
        boolean single = e.count() == 1;
        return new Spot(
                e.mean(),
                single ? e.mean() : e.low(),
                single ? e.mean() : e.high(),
                v.label() + ": " + Estimates.text(e, m));
    }

    /** Between round shares. */
    private static Axis shares(double least, double most) {
        double low = Math.min(0.8, Math.floor(10 * Math.max(0, least - 0.02)) / 10);
        double high = Math.min(1, Math.ceil(10 * (most + 0.02)) / 10);
        List<Axis.Tick> ticks = new ArrayList<>();
        double step = high - low > 0.55 ? 0.25 : 0.1;
        for (double at = high; at >= low - 1e-9; at -= step) {
            ticks.addFirst(new Axis.Tick(at, String.format(Locale.ROOT, "%.0f %%", 100 * at)));
        }
        return new Axis("", low, high + 0.03 * (high - low), ticks, true);
    }

    private static Axis distances(double most) {
        Axis axis = Axis.linear("", List.of(0.0, Math.max(0.05, most)));
        return new Axis("", axis.low() - 0.03 * axis.high(), axis.high(), axis.ticks(), true);
    }

    private Column cost(Setting setting, String title, DoubleFunction<String> tick, ToLongFunction<TrialCost> figure) {
        List<Optional<Spot>> spots = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        for (Variant v : study.variants()) {
            Optional<Double> value =
                    results.pair(setting.label(), v.label()).map(p -> (double) figure.applyAsLong(results.cost(p)));
            value.ifPresent(all::add);
            spots.add(value.map(x -> new Spot(x, x, x, v.label() + ": " + tick.apply(x))));
        }
        return new Column(List.of(title, "log scale"), Axis.round("", all, tick), Optional.empty(), spots);
    }
}
