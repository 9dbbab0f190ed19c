package farsight.cli;

import farsight.block.spec.SpecException;
import farsight.cli.option.DeviceOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.RunFacts;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.Limits;
import farsight.report.PointTable;
import farsight.report.Report;
import farsight.sweep.Features;
import farsight.sweep.Point;
import farsight.sweep.SweepPlan;
import farsight.sweep.SweepResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures blocks over N and d. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        modelTransformer = SeveralDevices.class,
        header = "Measure memory and time of blocks over N and d; table, CSV, JSON, charts and an HTML page.",
        description = {
            "",
            "Every point ends as ok, refused (it would not fit, and nothing was allocated), out-of-memory or failed;"
                    + " none of these ends the sweep. A separate process per device measures the points; if the system"
                    + " kills one, only its current point is lost. Each finished point is on disk before the next begins."
                    + " The exit code is 3 if every point is refused, 1 if none could be measured, else 0.",
            "",
            "With several devices, such as --device vector,opencl:0 or all, every point is measured on each in turn, and"
                    + " tables and charts compare them. all leaves out java, the plain loops on one thread, because they"
                    + " would take most of the time. With --spread, devices of the same kind share the points and measure"
                    + " at the same time.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  farsight sweep --preset talk --output out",
            "  farsight sweep --blocks gc,latentgnn --device vector,opencl:0 --time 5 --output out",
            "  farsight sweep --blocks dense,latentgnn --device cuda:0,cuda:1 --spread --output out",
            "  farsight sweep --blocks dense,latentgnn,gc --n 1024:65536:x4 --d 16,64 --pass both \\",
            "      --input photo.png --output out"
        })
final class SweepCommand implements Callable<Integer> {

    private static final int TABLE_WIDTH = 120;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final SweepOptions sweep = new SweepOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Mixin
    private final SpreadOptions spread = new SpreadOptions();

    @Option(
            names = "--time",
            paramLabel = "SECONDS",
            description =
                    "Refuse points whose run would take longer, estimated from its operations and the rate of the same"
                            + " block's last points, without launch overhead (default: no limit).")
    private @Nullable Double seconds;

    @Option(
            names = "--input",
            paramLabel = "IMAGE",
            description = "A photograph to take features from, resized to each N (default: random features).")
    private @Nullable Path input;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of weights, random features and the photograph's lifting to C channels (default: 1).")
    private long seed = 1;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder for the results.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--resume",
            description =
                    "Resume the interrupted sweep in DIR, whose settings must be unchanged; start a new one if there"
                            + " is none.")
    private boolean resume;

    @Option(names = "--overwrite", description = "Replace the sweep in DIR, or files with the same names.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (resume && overwrite) {
            throw console.usage("expected --resume or --overwrite, not both");
        }
        SweepPlan plan = sweep.plan(devices.budget(), mostNanos(), seed, console);
        Features features =
                input == null ? Features.synthetic(seed) : Features.photograph(input, seed, devices.budget());
        if (spread.worker(plan, features, devices)) {
            return ExitCode.DONE;
        }
        List<Engine> engines = spread.checked(devices.engines(), console);
        int count = visits(plan) * (spread.asked() ? 1 : engines.size());
        try (SweepFolder folder = SweepFolder.open(
                output, SweepSettings.of(plan, engines, spread.asked(), features, input), resume, overwrite)) {
            return measure(plan, features, engines, count, folder);
        }
    }

    private int measure(SweepPlan plan, Features features, List<Engine> engines, int count, SweepFolder folder) {
        features.notes().forEach(note -> console.note("warning: " + note));
        Map<String, Point> done = folder.finished();
        if (!done.isEmpty()) {
            console.note("resuming after " + done.size() + " of " + count + " points");
        } else if (resume) {
            console.note("no finished point in " + output + " to resume after: the sweep starts anew");
        }
        if (devices.all()) {
            console.note("all devices except java: "
                    + String.join(", ", engines.stream().map(Engine::id).toList()));
        }
        console.tell();
        SequencedMap<String, String> about = RunFacts.of(spec, engines, features.description());
        List<Point> points;
        try (SweepProgress progress = new SweepProgress(
                spec.commandLine().getErr(),
                count,
                engines.size() > 1,
                plan.passes().size() > 1)) {
            points = spread.run(plan, engines, features, done, folder::append, progress);
        }
        SweepResult result = result(sweep.title(plan), sweep.preset(), about, engines, points);
        Report.Written written = Report.write(result, output);
        print(result, written);
        SweepOutcome outcome = SweepOutcome.of(points);
        outcome.note().ifPresent(console::note);
        console.tell();
        return outcome.code();
    }

    /** The result; its charts have a line for the memory limit if all devices have the same. */
    private SweepResult result(
            String title, String named, SequencedMap<String, String> about, List<Engine> engines, List<Point> points) {
        List<Limits> limits = engines.stream().map(Engine::limits).toList();
        if (limits.stream().allMatch(l -> devices.budget() < l.memoryBytes())) {
            return new SweepResult(title, named, about, devices.budget(), "the budget given by --memory", points);
        }
        Limits first = limits.getFirst();
        boolean alike = limits.stream().allMatch(l -> l.memoryBytes() == first.memoryBytes());
        return new SweepResult(
                title, named, about, alike ? first.memoryBytes() : 0, alike ? first.memoryName() : "", points);
    }

    private void print(SweepResult result, Report.Written written) {
        PrintWriter out = console.out();
        if (console.json()) {
            out.print(farsight.report.SweepJson.text(result));
            return;
        }
        out.println(PointTable.text(result.points(), TABLE_WIDTH, false));
        written.notes().forEach(note -> out.println(note));
        out.println("Charts and tables: "
                + output.resolve("index.html").toAbsolutePath().normalize());
    }

    private long mostNanos() {
        if (seconds == null) {
            return Long.MAX_VALUE;
        }
        if (!(seconds > 0)) {
            throw console.usage("--time must be more than 0 seconds, not " + seconds);
        }
        return (long) (seconds * 1e9);
    }

    /** Counts the points, so that a block that refuses C or d fails before anything runs. */
    private int visits(SweepPlan plan) {
        try {
            return plan.visits().size();
        } catch (SpecException | ArithmeticException e) {
            throw new DataException("these blocks cannot be made: " + e.getMessage());
        }
    }
}
