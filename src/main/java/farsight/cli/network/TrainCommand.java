package farsight.cli.network;

import farsight.block.spec.SpecException;
import farsight.cli.option.DataOptions;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.cli.output.RunFacts;
import farsight.data.DataException;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.Optimizer;
import farsight.report.Report;
import farsight.report.TrainReport;
import farsight.report.TrainedRun;
import farsight.report.chart.Units;
import farsight.task.Task;
import farsight.text.Line;
import farsight.train.AdmittedRun;
import farsight.train.DivergedException;
import farsight.train.Evaluation;
import farsight.train.History;
import farsight.train.LayerCosts;
import farsight.train.StepReport;
import farsight.train.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Trains a network. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Train a network, with blocks wherever you want them.",
        description = {
            "",
            "The folder of --output gets losses.csv, evaluations.csv of held-out samples, weights.safetensors with the"
                    + " running statistics, best.safetensors, checkpoint.safetensors, network.json, run.json and a page,"
                    + " index.html. A run that was stopped goes on with --resume, with the same results.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight train --network net.json --insert gc@all --task recall --steps 2000 --output run",
            "  farsight train --network net.json --data batch.safetensors --weights w.safetensors --steps 10 \\",
            "      --output run"
        })
public final class TrainCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final NetworkOptions networks = new NetworkOptions();

    @Mixin
    private final DataOptions data = new DataOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(names = "--steps", paramLabel = "S", required = true, description = "Steps of the whole run.")
    private long steps;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "The folder of the run; created if missing.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Weights to begin from, safetensors (default: initial values of --seed).")
    private @Nullable Path weights;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of initial weights, dropout and the task's samples (default: 1).")
    private long seed = 1;

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate, in place of the network's own.")
    private @Nullable Double rate;

    @Option(
            names = "--evaluate-every",
            paramLabel = "S",
            description =
                    "Steps between evaluations of held-out samples (default: a twentieth of --steps; of a resumed run as before).")
    private @Nullable Long evaluateEvery;

    @Option(
            names = "--held-out",
            paramLabel = "M",
            defaultValue = "8",
            description = "Held-out batches of an evaluation, at most 100,000 (default: 8).")
    private long heldOut = 8;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "S",
            description = "Steps between checkpoints (default: a tenth of --steps).")
    private @Nullable Long checkpointEvery;

    @Option(names = "--resume", description = "Go on from the folder's last checkpoint, if there is one.")
    private boolean resume;

    @Option(names = "--overwrite", description = "Replace a run that is in the folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        mustBePositive("--steps", steps);
        if (seed == Task.HELD_OUT) {
            throw console.usage("--seed must not be %d, the seed of held-out samples".formatted(seed));
        }
        if (resume && overwrite) {
            throw console.usage("--resume or --overwrite, not both");
        }
        mustBePositive("--held-out", heldOut);
        if (heldOut > TrainingRun.MOST_HELD_OUT) {
            throw console.usage("--held-out must be at most %,d, not %d".formatted(TrainingRun.MOST_HELD_OUT, heldOut));
        }
        long evaluations = evaluateEvery == null
                ? (resume ? RunFolder.evaluateEvery(output) : OptionalLong.empty()).orElse(Math.max(1, steps / 20))
                : evaluateEvery;
        long checkpoints = checkpointEvery == null ? Math.max(1, steps / 10) : checkpointEvery;
        mustBePositive("--evaluate-every", evaluations);
        mustBePositive("--checkpoint-every", checkpoints);
        Engine engine = devices.engine();
        Network given = networks.trained(console);
        DataOptions.Samples samples = data.samples(console, rate == null ? given : with(given, rate), seed);
        Network network = samples.network();
        // Before weights are drawn, and before an earlier run is replaced.
        AdmittedRun admitted = AdmittedRun.of(
                network, engine, samples.batch(), samples.heldOut() != null, samples.unread(), devices.budget());
        samples.checkLearnable();
        Weights initial = weights == null ? Weights.initial(network, seed) : finite(network, weights);
        TrainingRun.Plan plan = new TrainingRun.Plan(
                network,
                samples.batch(),
                steps,
                seed,
                samples.training(),
                samples.heldOut(),
                heldOut,
                evaluations,
                checkpoints,
                devices.budget());
        try (FolderLock _ = OutputFolder.open(output, "train")) {
            RunFolder.open(output, plan, samples.text(), data.file(), weights, resume, overwrite);
            console.tell();
            TrainingRun.Outcome outcome = run(plan, admitted, initial, engine);
            Report.Written written = TrainReport.write(trained(plan, samples, outcome, engine), output);
            print(engine, outcome, written);
        } catch (DivergedException e) {
            boolean kept = Files.exists(output.resolve(TrainingRun.CHECKPOINT));
            console.err()
                    .println("farsight: "
                            + Line.of(output + ": " + e.getMessage()
                                    + (kept ? "; the folder's last checkpoint stays as it is" : "")));
            console.err().flush();
            return ExitCode.FAILED;
        }
        return ExitCode.DONE;
    }

    private static Network with(Network network, double rate) {
        Optimizer optimizer = network.mustHaveOptimizer();
        return network.withOptimizer(SpecException.placed("--lr", () -> optimizer.withRate(rate)));
    }

    private static Weights finite(Network network, Path file) {
        Weights read = Weights.load(network, file);
        read.all().forEach((name, tensor) -> {
            if (tensor.nonFinite() > 0) {
                throw new DataException(
                        "%s: %s holds %,d of %,d values that are NaN or infinite; a run begins with finite ones"
                                .formatted(file, name, tensor.nonFinite(), tensor.elements()));
            }
        });
        return read;
    }

    private TrainingRun.Outcome run(TrainingRun.Plan plan, AdmittedRun admitted, Weights initial, Engine engine) {
        try (TrainProgress progress = new TrainProgress(console.err(), plan.steps())) {
            return TrainingRun.run(plan, admitted, initial, output, engine, progress);
        }
    }

    private TrainedRun trained(
            TrainingRun.Plan plan, DataOptions.Samples samples, TrainingRun.Outcome outcome, Engine engine) {
        LayerCosts costs = LayerCosts.of(plan.network(), plan.batch());
        SequencedMap<String, String> about = RunFacts.of(spec, List.of(engine));
        about.put("Weights", weights == null ? "initial values of seed " + seed : weights.toString());
        return new TrainedRun(
                plan,
                samples.text(),
                samples.task(),
                networks.inserted(),
                outcome,
                History.read(output),
                costs,
                engine.id(),
                engine.predictedBytes(Objects.requireNonNull(costs.step())),
                about);
    }

    private void mustBePositive(String option, long value) {
        if (value < 1) {
            throw console.usage("%s must be at least 1, not %d".formatted(option, value));
        }
    }

    private void print(Engine engine, TrainingRun.Outcome outcome, Report.Written written) {
        if (console.json()) {
            console.print(json(engine, outcome));
            return;
        }
        if (outcome.last().isEmpty()) {
            console.out()
                    .println("%s: %s done before; wrote the page"
                            .formatted(
                                    output, steps == 1 ? "the one step was" : "all %,d steps were".formatted(steps)));
            written.notes().forEach(console.out()::println);
            return;
        }
        StepReport last = outcome.last().get();
        long done = last.step() + 1 - outcome.from();
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%,d %s on %s in %s, %.3g a second: loss %.4g%s%s; %s of arrays; wrote %s",
                        done,
                        done == 1 ? "step" : "steps",
                        engine.id(),
                        Units.nanos(outcome.nanos()),
                        done / (outcome.nanos() / 1e9),
                        last.loss(),
                        Double.isNaN(last.accuracy())
                                ? ""
                                : String.format(Locale.ROOT, ", accuracy %.1f %%", 100 * last.accuracy()),
                        outcome.heldOut().map(TrainCommand::heldOut).orElse(""),
                        Bytes.text(outcome.bytes()),
                        output));
        written.notes().forEach(console.out()::println);
    }

    private static String heldOut(Evaluation e) {
        return Double.isNaN(e.accuracy())
                ? String.format(Locale.ROOT, ", held out loss %.4g", e.loss())
                : String.format(Locale.ROOT, ", held out %.1f %%", 100 * e.accuracy());
    }

    private ObjectNode json(Engine engine, TrainingRun.Outcome outcome) {
        ObjectNode o = Console.object();
        o.put("device", engine.id());
        o.put("steps", steps);
        o.put("from", outcome.from());
        o.put("nanos", outcome.nanos());
        o.put("bytes", outcome.bytes());
        outcome.last().ifPresent(last -> {
            Console.number(o, "loss", last.loss());
            Console.number(o, "accuracy", last.accuracy());
        });
        outcome.heldOut().ifPresent(e -> EvaluateCommand.json(o.putObject("heldOut"), e));
        o.put("output", output.toString());
        return o;
    }
}
