package farsight.report;

import farsight.network.BlockLayer;
import farsight.network.NetworkSpec;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.ColorScale;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.MatrixSheet;
import farsight.report.chart.Units;
import farsight.train.Evaluation;
import farsight.train.History;
import farsight.train.LayerCosts;
import farsight.train.Predictions;
import farsight.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A training run as one HTML file: the answer, curves, confusion, samples, settings, layers, and the run's facts. */
final class TrainPage {

    private final TrainedRun run;
    private final PageText page;

    private TrainPage(TrainedRun run) {
        this.run = run;
        page = new PageText("A training run: " + what(run) + blocks(run));
    }

    static String text(
            TrainedRun run, List<Chart> charts, Optional<MatrixSheet> confusion, Optional<ExampleSheet> examples) {
        return new TrainPage(run).page(charts, confusion, examples);
    }

    private String page(List<Chart> charts, Optional<MatrixSheet> confusion, Optional<ExampleSheet> examples) {
        page.element("p class=\"setting\"", run.data());
        page.element("p class=\"lead\"", answer());
        page.element("h2", "Curves");
        charts.forEach(c -> page.figure(ChartLayout.wide(c), ChartLayout.narrow(c), c.caption()));
        confusion.ifPresent(c -> {
            page.element("h2", "Confusion");
            page.figure(c.wide(), c.narrow(), c.caption());
        });
        run.outcome().predictions().filter(_ -> run.classes()).ifPresent(_ -> {
            page.element("h2", "Samples");
            examples.ifPresentOrElse(
                    e -> page.figure(e.wide(), e.narrow(), e.caption()), () -> page.element("p", undrawn()));
        });
        settings();
        network();
        about();
        return page.end();
    }

    /** Why samples have no picture. */
    private String undrawn() {
        return "Samples of %s are not drawn: pictures show planes, of one or three channels with one class, or with a class at every position."
                .formatted(run.network().input());
    }

    /** A task's name without its options, or a file's. */
    private static String what(TrainedRun run) {
        return run.task() == null
                ? run.data().substring(run.data().lastIndexOf('/') + 1)
                : run.data().split(":", 2)[0];
    }

    private static String blocks(TrainedRun run) {
        List<String> kinds = run.costs().layers().stream()
                .map(LayerCosts.Row::layer)
                .filter(BlockLayer.class::isInstance)
                .map(l -> ((BlockLayer) l).block().kind())
                .distinct()
                .toList();
        return kinds.isEmpty() ? "" : " with " + String.join(", ", kinds);
    }

    /** The answer in one sentence. */
    private String answer() {
        String after = " after %s on %s"
                .formatted(
                        run.plan().steps() == 1
                                ? "1 step"
                                : Units.count(run.plan().steps()) + " steps",
                        run.device());
        String network = "the %s%s".formatted(run.network().title(), blocks(run));
        Predictions shown = run.outcome().predictions().orElse(null);
        if (shown == null) {
            return "The loss of %s is %s%s."
                    .formatted(
                            network,
                            ColorScale.text(run.history().steps().getLast().loss()),
                            after);
        }
        Evaluation e = shown.evaluation();
        String labels = shown.heldOut() ? "held-out labels of task " + what(run) : "labels of its own training batch";
        return Double.isNaN(e.accuracy())
                ? "The loss of %s on %s is %s%s."
                        .formatted(
                                network,
                                shown.heldOut() ? "held-out samples" : "its own training batch",
                                ColorScale.text(e.loss()),
                                after)
                : "%s of the %s are right%s, by %s."
                        .formatted(InspectPage.percent(e.accuracy()), labels, after, network);
    }

    private void settings() {
        TrainingRun.Plan plan = run.plan();
        page.element("h2", "Settings");
        page.beginEntries("about");
        page.entry("Samples", run.data());
        page.entry("Batch", Units.count(plan.batch()));
        page.entry("Steps", Units.count(plan.steps()));
        page.entry("Seed", Long.toString(plan.seed()));
        run.network().loss().ifPresent(_ -> page.entry("Loss", spec("loss")));
        run.network().optimizer().ifPresent(_ -> page.entry("Optimizer", spec("optimizer")));
        page.entry("Inserted", run.inserted().isEmpty() ? "no block" : String.join(", ", run.inserted()));
        if (plan.heldOut() != null) {
            page.entry(
                    "Evaluation",
                    "every %s on %s held-out samples"
                            .formatted(steps(plan.evaluateEvery()), Units.count(plan.batch() * plan.heldOutBatches())));
        }
        page.entry("Checkpoint", "every " + steps(plan.checkpointEvery()));
        page.endEntries();
    }

    private static String steps(long every) {
        return every == 1 ? "step" : Units.count(every) + " steps";
    }

    private String spec(String field) {
        return NetworkSpec.tree(run.network()).get(field).toString();
    }

    private void network() {
        page.element("h2", "The network");
        List<List<String>> rows = new ArrayList<>();
        for (LayerCosts.Row row : run.costs().layers()) {
            String kind = row.layer() instanceof BlockLayer b
                    ? "block " + b.block().kind()
                    : row.layer().kind();
            rows.add(row(
                    row.path(),
                    run.inserted().contains(row.path()) ? kind + ", inserted" : kind,
                    row.out().toString(),
                    row.parameters() == 0 ? "" : Units.count(row.parameters()),
                    row.forward(),
                    row.backward()));
        }
        LayerCosts.Cost forward = LayerCosts.Cost.NONE;
        LayerCosts.Cost backward = LayerCosts.Cost.NONE;
        for (LayerCosts.Row row : run.costs().layers()) {
            forward = forward.plus(row.forward());
            backward = backward.plus(row.backward());
        }
        rows.add(row(
                "all layers",
                "",
                run.network().output().toString(),
                Units.count(run.network().parameterCount()),
                forward,
                backward));
        page.table(
                "Layers of the network",
                2,
                List.of("layer", "kind", "result", "parameters", "flop", "flop back", "bytes", "bytes back"),
                rows);
        page.element(
                "p class=\"source\"",
                "Of one step with %s samples: floating-point operations, and bytes that operations read and write, each"
                                .formatted(Units.count(run.plan().batch()))
                        + " operand once; forward and backward. network.json beside this page is the spec.");
    }

    private static List<String> row(
            String path, String kind, String result, String parameters, LayerCosts.Cost there, LayerCosts.Cost back) {
        return List.of(
                path,
                kind,
                result,
                parameters,
                Units.count(there.flops()),
                Units.count(back.flops()),
                Units.bytes(there.bytes()),
                Units.bytes(back.bytes()));
    }

    private void about() {
        page.element("h2", "About this run");
        page.beginEntries("about");
        run.about().forEach(page::entry);
        TrainingRun.Outcome outcome = run.outcome();
        List<History.Step> steps = run.history().steps();
        long done = run.plan().steps() - outcome.from();
        page.entry(
                "Speed",
                done == 0
                        ? "not measured: all steps were done before"
                        : String.format(
                                Locale.ROOT,
                                "%s in %s, %.3g a second, with evaluations and checkpoints",
                                done == steps.size() ? steps(done, "all ") : "the last " + steps(done, ""),
                                Units.nanos(outcome.nanos()),
                                done / (outcome.nanos() / 1e9)));
        page.entry(
                "Arrays of a step",
                "%s predicted, %s measured".formatted(Units.bytes(run.predictedBytes()), Units.bytes(outcome.bytes())));
        page.endEntries();
    }

    private static String steps(long done, String before) {
        return done == 1 ? "1 step" : before + Units.count(done) + " steps";
    }
}
