package farsight.cli;

import farsight.cli.option.DeviceOptions;
import farsight.cli.output.Console;
import farsight.engine.Engine;
import farsight.sweep.Features;
import farsight.sweep.Point;
import farsight.sweep.PointMeasurer;
import farsight.sweep.SweepPlan;
import farsight.sweep.SweepRunner;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the processes in which a sweep measures; with {@code --spread} equal devices share its points. */
final class SpreadOptions {

    private static final String WORKER = "--worker";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--spread",
            description =
                    "Measure each point once, on whichever device of --device is free. The devices must be of the same"
                            + " kind, such as two equal cards; each gets its own process.")
    private boolean spread;

    /** The device of this process, if a sweep started it to measure there. */
    @Option(names = WORKER, hidden = true)
    private @Nullable String worker;

    boolean asked() {
        return spread;
    }

    /** If a sweep started this process to measure: answers its questions to the end, and returns true. */
    boolean worker(SweepPlan plan, Features features, DeviceOptions devices) {
        if (worker == null) {
            return false;
        }
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        // Standard output is for answers only.
        System.setOut(System.err);
        SweepAnswers.answer(plan, new PointMeasurer(plan, features), devices.one(worker), System.in, answers);
        return true;
    }

    /**
     * The devices. With {@code --spread} they must be of the same kind, so that any of them may measure a point.
     */
    List<Engine> checked(List<Engine> engines, Console console) {
        if (!spread) {
            return engines;
        }
        for (Engine e : engines) {
            if (e.facts().isEmpty()) {
                throw console.usage("--spread needs TornadoVM devices, and " + e.id()
                        + " runs on this machine's cores: name devices, for example --device cuda:0,cuda:1");
            }
        }
        Engine first = engines.getFirst();
        if (engines.size() < 2) {
            throw console.usage("--spread needs at least two devices, and --device names only " + first.id());
        }
        for (Engine e : engines) {
            if (!e.description().equals(first.description())) {
                throw console.usage("--spread needs devices of the same kind; %s is %s, %s is %s"
                        .formatted(first.id(), first.description(), e.id(), e.description()));
            }
        }
        if (first.facts().orElseThrow().kind().equals("CPU")) {
            console.note("these devices are CPUs and share this machine's cores: each is slower than alone");
        }
        return engines;
    }

    /** {@link SweepRunner#run}, or {@link SweepRunner#spread} with {@code --spread}, in one process per device. */
    List<Point> run(
            SweepPlan plan,
            List<Engine> engines,
            Features features,
            Map<String, Point> done,
            Consumer<Point> keep,
            SweepRunner.Progress progress) {
        try (SweepWorkers workers = new SweepWorkers(
                plan, features, arguments(), command.commandLine().getErr())) {
            SweepRunner runner = new SweepRunner(plan, engines, features, workers);
            return spread ? runner.spread(done, keep, progress) : runner.run(done, keep, progress);
        }
    }

    /**
     * This process's arguments in two parts, between which the worker's device goes: up to {@code WORKER}, and the
     * rest.
     */
    private List<List<String>> arguments() {
        List<String> all = command.commandLine().getParent().getParseResult().expandedArgs();
        int after = all.indexOf(command.commandLine().getCommandName()) + 1;
        List<String> before = new ArrayList<>(all.subList(0, after));
        before.add(WORKER);
        return List.of(before, all.subList(after, all.size()));
    }
}
