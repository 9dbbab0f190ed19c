package farsight.cli;

import farsight.block.Pass;
import farsight.cli.output.Console;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepPlan;
import farsight.sweep.SweepRunner;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a sweep's progress: a bar in a terminal, one line per point elsewhere. */
public final class SweepProgress implements SweepRunner.Progress, AutoCloseable {

    private static final int BAR_WIDTH = 110;

    private final PrintWriter err;
    private final int count;
    private final boolean several;
    private final boolean passes;
    private final @Nullable ProgressBar bar;
    private int finished;

    /**
     * @param count of points
     * @param several whether there are several devices, so that each point shows its own
     * @param passes whether there are several passes, so that each point shows its own
     */
    SweepProgress(PrintWriter err, int count, boolean several, boolean passes) {
        this.err = err;
        this.count = count;
        this.several = several;
        this.passes = passes;
        bar = Console.terminal()
                ? new ProgressBarBuilder()
                        .setTaskName("sweep")
                        .setInitialMax(count)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setMaxRenderedLength(BAR_WIDTH)
                        .setUpdateIntervalMillis(200)
                        .build()
                : null;
    }

    @Override
    public void begins(SweepPlan.Visit visit, Engine engine) {
        if (bar != null) {
            bar.setExtraMessage(
                    " " + name(visit.label(), visit.latent(), visit.positions(), visit.pass(), engine.id()));
        }
    }

    @Override
    public void finished(Point p) {
        finished++;
        if (bar != null) {
            bar.step();
        } else {
            err.println("[" + finished + "/" + count + "] "
                    + name(p.block(), p.latent(), p.positions(), p.pass(), p.device()) + ": " + outcome(p));
            err.flush();
        }
    }

    private String name(String label, int latent, long positions, Pass pass, String device) {
        return label
                + (latent > 0 ? " d=" + latent : "")
                + String.format(Locale.ROOT, " N=%,d", positions)
                + (passes ? " " + pass : "")
                + (several ? " on " + device : "");
    }

    private static String outcome(Point p) {
        return p.status() == Status.OK
                ? Units.nanos(p.medianNanos()) + ", " + Bytes.text(p.measuredBytes())
                        + (p.message().isEmpty() ? "" : "; " + p.message())
                : p.status() + ", " + p.message();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
