package farsight.cli.network;

import farsight.cli.output.Console;
import farsight.train.Evaluation;
import farsight.train.StepReport;
import farsight.train.TrainingRun;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a training run's progress: a bar in a terminal, some twenty lines elsewhere. */
final class TrainProgress implements TrainingRun.Listener, AutoCloseable {

    private static final int BAR_WIDTH = 120;
    private static final int LINES = 20;

    private final PrintWriter err;
    private final long steps;
    private final long every;
    private final @Nullable ProgressBar bar;
    private long began;
    private long first;
    private String heldOut = "";

    TrainProgress(PrintWriter err, long steps) {
        this.err = err;
        this.steps = steps;
        every = Math.max(1, steps / LINES);
        bar = Console.terminal()
                ? new ProgressBarBuilder()
                        .setTaskName("train")
                        .setInitialMax(steps)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setMaxRenderedLength(BAR_WIDTH)
                        .setUpdateIntervalMillis(200)
                        .showSpeed()
                        .build()
                : null;
    }

    @Override
    public void begins(long step) {
        began = System.nanoTime();
        first = step;
        if (bar != null) {
            bar.stepTo(step);
        } else if (step > 0) {
            err.printf(Locale.ROOT, "going on from step %,d%n", step);
        }
    }

    @Override
    public void stepped(StepReport report) {
        String loss = String.format(Locale.ROOT, "loss %.4g", report.loss())
                + (Double.isNaN(report.accuracy())
                        ? ""
                        : String.format(Locale.ROOT, ", accuracy %.1f %%", 100 * report.accuracy()));
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(" " + loss + heldOut);
        } else if ((report.step() + 1) % every == 0 || report.step() + 1 == steps) {
            err.printf(
                    Locale.ROOT,
                    "[%d/%d] %s, %.3g steps/s, %s left%n",
                    report.step() + 1,
                    steps,
                    loss,
                    perSecond(report.step()),
                    left(report.step()));
            err.flush();
        }
    }

    private double perSecond(long step) {
        return (step + 1 - first) / ((System.nanoTime() - began) / 1e9);
    }

    private String left(long step) {
        long seconds = Math.round((steps - step - 1) / perSecond(step));
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    @Override
    public void evaluated(long step, Evaluation evaluation) {
        heldOut = Double.isNaN(evaluation.accuracy())
                ? String.format(Locale.ROOT, "; held out: loss %.4g", evaluation.loss())
                : String.format(Locale.ROOT, "; held out: %.1f %%", 100 * evaluation.accuracy());
        if (bar == null) {
            err.printf(Locale.ROOT, "[%d/%d]%s%n", step, steps, heldOut.replace("; ", " "));
            err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
