package farsight.cli;

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

/** Processes that a sweep measures in, and whether its points are shared out among devices that are alike. */
final class SpreadOptions {

    private static final String WORKER = "--worker";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--spread",
            description =
                    "Measure each point on one of the devices of --device, whichever is free: they must be alike, as"
                            + " two cards of one kind, and each gets a process of its own.")
    private boolean spread;

    /** What makes this process one of those that a sweep measures in. */
    @Option(names = WORKER, hidden = true)
    private @Nullable String worker;

    boolean asked() {
        return spread;
    }

    /** Measures what another process asks for, to the end, if this process is there for that. */
    boolean worker(SweepPlan plan, Features features, DeviceOptions devices) {
        if (worker == null) {
            return false;
        }
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        // Answers are all that may stand there.
        System.setOut(System.err);
        SweepAnswers.answer(plan, new PointMeasurer(plan, features), devices.one(worker), System.in, answers);
        return true;
    }

    /**
     * The devices, which must be alike where points are shared out, so that it makes no difference which of them measured
     * one.
     */
    List<Engine> checked(List<Engine> engines, Console console) {
        if (!spread) {
            return engines;
        }
        for (Engine e : engines) {
            if (e.facts().isEmpty()) {
                throw console.usage("--spread shares points out among devices of TornadoVM, and " + e.id()
                        + " runs on this machine's cores: name devices, as in --device cuda:0,cuda:1");
            }
        }
        Engine first = engines.getFirst();
        if (engines.size() < 2) {
            throw console.usage("--spread takes two devices or more, and there is " + first.id() + " alone");
        }
        for (Engine e : engines) {
            if (!e.description().equals(first.description())) {
                throw console.usage("--spread takes devices that are alike; %s is %s, %s is %s"
                        .formatted(first.id(), first.description(), e.id(), e.description()));
            }
        }
        if (first.facts().orElseThrow().kind().equals("CPU")) {
            console.note("these devices are processors and share this machine's cores: each is slower than alone");
        }
        return engines;
    }

    /** {@link SweepRunner#run}, or {@link SweepRunner#spread} where that was asked for, in a process a device. */
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

    /** Those of this process up to the command, then the option that makes it a worker but for its value, then the rest. */
    private List<List<String>> arguments() {
        List<String> all = command.commandLine().getParent().getParseResult().expandedArgs();
        int after = all.indexOf(command.commandLine().getCommandName()) + 1;
        List<String> before = new ArrayList<>(all.subList(0, after));
        before.add(WORKER);
        return List.of(before, all.subList(after, all.size()));
    }
}
