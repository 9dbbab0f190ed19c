package farsight.report;

import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.Chart.Mark;
import farsight.report.chart.Chart.Rule;
import farsight.report.chart.Chart.Series;
import farsight.report.chart.Chart.Sign;
import farsight.report.chart.Chart.Spot;
import farsight.report.chart.ChartParts;
import farsight.report.chart.ColorScale;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import farsight.train.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** The curves of a training run by step: loss, accuracy, mean IoU, learning rate. */
final class TrainCharts {

    /** Names of all possible charts, without extension. */
    static final List<String> NAMES = List.of("loss", "accuracy", "iou", "rate");

    private static final Style EVERY = new Style(0x8DB8D4, Style.Marker.CIRCLE, List.of(), 1);
    private static final Style MEAN = new Style(0x00558A, Style.Marker.CIRCLE, List.of(), 2.6);
    private static final Style HELD_OUT = new Style(0xB04A00, Style.Marker.DIAMOND, List.of(9.0, 4.0), Style.WIDTH);

    /** Markers of held-out evaluations that stay apart from each other. */
    private static final int MOST_MARKS = 40;

    /** Which part of a run the running mean covers. */
    private static final int PARTS = 50;

    /** Ratio of the largest loss to the least from which its axis is logarithmic. */
    private static final double DECADES = 20;

    private static final String STEPS = "steps done";

    private final TrainedRun run;
    private final int window;

    private TrainCharts(TrainedRun run) {
        this.run = run;
        window = Math.max(1, run.history().steps().size() / PARTS);
    }

    /** The charts for which a run has data. */
    static List<Chart> of(TrainedRun run) {
        if (run.history().steps().isEmpty()) {
            return List.of();
        }
        TrainCharts charts = new TrainCharts(run);
        List<Chart> all = new ArrayList<>(List.of(charts.loss()));
        charts.accuracy().ifPresent(all::add);
        charts.iou().ifPresent(all::add);
        charts.rate().ifPresent(all::add);
        return all;
    }

    private Chart loss() {
        List<Spot> steps = steps(History.Step::loss);
        double least =
                steps.stream().mapToDouble(Spot::y).filter(y -> y > 0).min().orElse(0);
        double most = steps.stream().mapToDouble(Spot::y).max().orElse(0);
        boolean decades = least > 0 && most / least > DECADES;
        // A logarithm has no place for a loss of exactly 0.
        double floor = decades ? least : Double.NEGATIVE_INFINITY;
        List<Series> series = new ArrayList<>();
        List<Spot> raised = raised(steps, floor);
        int bin = Curve.bin(steps.size(), 2);
        if (window == 1) {
            series.add(line("every step", MEAN, Curve.outline(raised)));
        } else {
            series.add(line(bin == 1 ? "every step" : "range of " + bin + " steps", EVERY, Curve.outline(raised)));
            series.add(line(meanOf(), MEAN, raised(Curve.means(Curve.running(steps, window)), floor)));
        }
        heldOut("loss", raised(evaluations(History.HeldOut::loss), floor), ColorScale::text)
                .ifPresent(series::add);
        List<Double> values = ChartParts.spots(series).map(Spot::y).toList();
        String title = run.classes() ? "cross-entropy" : "mean squared error";
        return new Chart(
                "loss",
                "Loss by step",
                setting(),
                "Each step’s loss is that of its own batch, before its update." + smoothed() + heldOutText()
                        + (decades ? " The axis is logarithmic." : ""),
                Axis.count(STEPS, run.plan().steps()),
                decades ? Axis.round(title, values, TrainCharts::tick) : Axis.linear(title, values),
                series,
                List.of(),
                List.of());
    }

    private Optional<Chart> accuracy() {
        List<Spot> steps = steps(History.Step::accuracy);
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        List<Series> series = new ArrayList<>();
        series.add(line("training, " + meanOf(), MEAN, Curve.means(Curve.running(steps, window))));
        heldOut("accuracy", evaluations(History.HeldOut::accuracy), InspectPage::percent)
                .ifPresent(series::add);
        long classes = run.network().output().channels();
        return Optional.of(new Chart(
                "accuracy",
                "Accuracy by step",
                setting(),
                "The share of the counted labels whose logit is the largest." + smoothed() + heldOutText()
                        + " The dotted line is the chance of one class among " + Units.count(classes) + ".",
                Axis.count(STEPS, run.plan().steps()),
                Axis.share("accuracy"),
                series,
                // Beside the line its name would cover the curves of a network that has not learned yet.
                List.of(new Rule(1.0 / classes, "", "")),
                List.of(new Chart.Key("chance, 1 of " + Units.count(classes), Style.RULE, Sign.NONE))));
    }

    private Optional<Chart> iou() {
        List<Spot> spots = evaluations(History.HeldOut::meanIou);
        if (run.network().output().positions() == 1 || spots.isEmpty()) {
            return Optional.empty();
        }
        List<Series> series =
                heldOut("mean IoU", spots, InspectPage::percent).stream().toList();
        return Optional.of(new Chart(
                "iou",
                "Mean IoU by step",
                setting(),
                "Intersection over union of the positions that have a class and those predicted to have it, the mean"
                        + " over the classes of the held-out samples.",
                Axis.count(STEPS, run.plan().steps()),
                Axis.share("mean intersection over union"),
                series,
                List.of(),
                List.of()));
    }

    private Optional<Chart> rate() {
        List<Spot> steps = steps(History.Step::rate);
        if (steps.stream().mapToDouble(Spot::y).distinct().count() < 2) {
            return Optional.empty();
        }
        List<Series> series = List.of(line("learning rate", MEAN, Curve.outline(steps)));
        return Optional.of(new Chart(
                "rate",
                "Learning rate by step",
                setting(),
                "The optimizer’s rate times the factor of its schedule.",
                Axis.count(STEPS, run.plan().steps()),
                Axis.linear("learning rate", steps.stream().map(Spot::y).toList()),
                series,
                List.of(),
                List.of()));
    }

    private String setting() {
        return run.data() + "; " + run.plan().batch() + " samples a step, on " + run.device();
    }

    private String meanOf() {
        return window == 1 ? "every step" : "mean of " + Units.count(window) + " steps";
    }

    private String smoothed() {
        return window == 1 ? "" : " Thick: the mean of a step and the %s before it.".formatted(Units.count(window - 1));
    }

    private String heldOutText() {
        return run.history().evaluations().isEmpty()
                ? ""
                : " Held out: %s samples that are never trained on, in evaluation mode."
                        .formatted(Units.count(run.plan().batch() * run.plan().heldOutBatches()));
    }

    /** At the number of steps done after each, as an evaluation stands at the number done before it. */
    private List<Spot> steps(ToDoubleFunction<History.Step> figure) {
        return run.history().steps().stream()
                .map(s -> new Spot(s.step() + 1.0, figure.applyAsDouble(s)))
                .filter(s -> !Double.isNaN(s.y()))
                .toList();
    }

    private List<Spot> evaluations(ToDoubleFunction<History.HeldOut> figure) {
        return run.history().evaluations().stream()
                .map(e -> new Spot((double) e.step(), figure.applyAsDouble(e)))
                .filter(s -> Double.isFinite(s.y()))
                .toList();
    }

    private static List<Spot> raised(List<Spot> spots, double floor) {
        return spots.stream()
                .map(s -> s.y() < floor ? new Spot(s.x(), floor) : s)
                .toList();
    }

    private static Series line(String label, Style style, List<Spot> path) {
        return new Series(label, style, path, List.of());
    }

    /** Held-out figures: a line, and markers that tell the figures. */
    private static Optional<Series> heldOut(String what, List<Spot> spots, DoubleFunction<String> text) {
        if (spots.isEmpty()) {
            return Optional.empty();
        }
        int every = Math.ceilDiv(spots.size(), MOST_MARKS);
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < spots.size(); i++) {
            // Counted from the last, which matters most.
            if ((spots.size() - 1 - i) % every == 0) {
                Spot s = spots.get(i);
                marks.add(new Mark(
                        s,
                        Sign.FILLED,
                        String.format(Locale.ROOT, "step %,.0f%nheld-out %s %s", s.x(), what, text.apply(s.y()))));
            }
        }
        return Optional.of(new Series("held out", HELD_OUT, Curve.means(spots), marks));
    }

    private static String tick(double round) {
        return round > 9e-4 && round < 9e4
                ? ColorScale.text(round)
                : String.format(Locale.ROOT, "%.0e", round)
                        .replaceFirst("e([+-])0*", "e$1")
                        .replace("e+", "e");
    }
}
