package farsight.cli.network;

import farsight.cli.output.Console;
import farsight.evidence.Metric;
import farsight.evidence.Study;
import farsight.evidence.StudyRun;
import farsight.evidence.TrialCost;
import farsight.evidence.TrialResult;
import farsight.report.chart.Units;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows the progress of a study: a bar in a terminal, a line for each cost and trial elsewhere. */
final class StudyProgress implements StudyRun.Listener, AutoCloseable {

    private static final int BAR_WIDTH = 120;

    private final PrintWriter err;
    private @Nullable ProgressBar bar;
    private int all;
    private int done;
    private int before;
    private long began;

    StudyProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begins(Study study, int costs, int trials, int ofTrials) {
        all = ofTrials;
        done = ofTrials - trials;
        before = done;
        began = System.nanoTime();
        study.missing().forEach(m -> err.printf("%s: left out, %s%n", study.name(), m));
        if (Console.terminal()) {
            bar = new ProgressBarBuilder()
                    .setTaskName(study.name())
                    .setInitialMax(all)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setMaxRenderedLength(BAR_WIDTH)
                    .setUpdateIntervalMillis(500)
                    .build();
            bar.stepTo(done);
        } else {
            err.printf(
                    Locale.ROOT,
                    "%s: %d of %d trials to do%s%n",
                    study.name(),
                    trials,
                    all,
                    costs == 0 ? "" : ", after the measurement of %d costs".formatted(costs));
            err.flush();
        }
    }

    @Override
    public void measured(Study.Pair pair, TrialCost cost) {
        began = System.nanoTime();
        String text = "%s, %s: %s a step, %s"
                .formatted(
                        pair.setting().label(),
                        pair.variant().label(),
                        Units.nanos(cost.medianNanos()),
                        Units.bytes(cost.bytes()));
        if (bar != null) {
            bar.setExtraMessage(" " + text);
        } else {
            err.println(text);
            err.flush();
        }
    }

    @Override
    public synchronized void ended(Study.Trial trial, TrialResult result, long nanos) {
        done++;
        Metric metric = trial.pair().setting().metric();
        Double figure = result.figures().get(metric);
        String text = "%s, %s, seed %d: %s"
                .formatted(
                        trial.pair().setting().label(),
                        trial.pair().variant().label(),
                        trial.seed(),
                        figure == null ? "diverged" : metric.text(figure));
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(" " + text);
        } else {
            err.printf(Locale.ROOT, "[%d/%d] %s, %s; %s left%n", done, all, text, Units.nanos(nanos), left());
            err.flush();
        }
    }

    private String left() {
        long seconds = Math.round((System.nanoTime() - began) / 1e9 / (done - before) * (all - done));
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
