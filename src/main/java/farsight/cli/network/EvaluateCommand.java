package farsight.cli.network;

import farsight.cli.option.DataOptions;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.cli.output.TextTable;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.model.Admitted;
import farsight.model.Weights;
import farsight.network.NetworkProgram;
import farsight.report.TrainReport;
import farsight.task.Task;
import farsight.train.Confusion;
import farsight.train.Evaluation;
import farsight.train.OpenNetwork;
import farsight.train.Predictions;
import farsight.train.TrainingRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Evaluates a network. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Evaluate a network on held-out samples of a task, or on a file's: loss, accuracy, and every class.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight evaluate --network run/network.json --weights run/best.safetensors --task recall --output out",
        })
public final class EvaluateCommand implements Callable<Integer> {

    private static final String NUMBERS = "evaluation.json";

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final NetworkOptions networks = new NetworkOptions();

    @Mixin
    private final DataOptions data = new DataOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE",
            description = "The network's weights and running statistics, safetensors.")
    @SuppressWarnings("NullAway.Init")
    private Path weights;

    @Option(
            names = "--held-out",
            paramLabel = "M",
            defaultValue = "64",
            description = "With --task: held-out batches, at most 100,000 (default: 64).")
    private long heldOut = 64;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder for pictures of the confusion and of samples, and evaluation.json.")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Replace the evaluation in DIR.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (heldOut < 1 || heldOut > TrainingRun.MOST_HELD_OUT) {
            throw console.usage(
                    "--held-out must be from 1 to %,d, not %d".formatted(TrainingRun.MOST_HELD_OUT, heldOut));
        }
        if (output != null) {
            OutputFolder.check(output);
            checkFree(output);
        }
        Engine engine = devices.engine();
        DataOptions.Samples samples = data.samples(console, networks.learned(console), 0);
        Admitted<NetworkProgram> admitted =
                OpenNetwork.admit(samples.network(), engine, samples.batch(), samples.unread(), devices.budget());
        samples.checkCounted();
        Weights read = Weights.load(samples.network(), weights);
        Predictions predictions;
        try (OpenNetwork open = OpenNetwork.open(admitted, read, engine)) {
            predictions = open.predict(samples.training(), samples.heldOut(), heldOut);
        }
        ObjectNode document = Console.object();
        document.put("device", engine.id());
        document.put("data", samples.text());
        json(document, predictions.evaluation());
        List<String> notes = output == null ? List.of() : write(output, predictions, samples.task(), document);
        if (console.json()) {
            console.print(document);
        } else {
            print(predictions.evaluation(), samples.task());
            notes.forEach(console.out()::println);
        }
        console.tell();
        return ExitCode.DONE;
    }

    private void checkFree(Path folder) {
        if (RunFolder.holdsRun(folder)) {
            throw new DataException(
                    folder + " holds a training run, whose pictures these would replace; name another folder");
        }
        if (!overwrite) {
            OutputFolder.checkFree(
                    folder,
                    name -> name.equals(NUMBERS)
                            || TrainReport.evaluationNames().contains(name));
        }
    }

    private List<String> write(Path folder, Predictions predictions, @Nullable Task task, ObjectNode document) {
        try (FolderLock _ = OutputFolder.open(folder, "evaluate")) {
            // Checked again: another command may have written there since.
            checkFree(folder);
            return TrainReport.write(predictions, task, Map.of(NUMBERS, document.toPrettyString() + "\n"), folder)
                    .notes();
        }
    }

    private void print(Evaluation evaluation, @Nullable Task task) {
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%,d %s: loss %.4g%s",
                        evaluation.samples(),
                        evaluation.samples() == 1 ? "sample" : "samples",
                        evaluation.loss(),
                        Double.isNaN(evaluation.accuracy())
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", accuracy %.2f %%, mean IoU %.2f %%",
                                        100 * evaluation.accuracy(),
                                        100 * evaluation.meanIou())));
        Confusion confusion = evaluation.confusion().orElse(null);
        if (confusion == null) {
            return;
        }
        console.out().println();
        if (!confusion.paired()) {
            console.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%,d classes: a table, and the confusion in JSON, are of up to %,d",
                            confusion.classes(),
                            Confusion.MOST_PAIRED));
            return;
        }
        TextTable table = new TextTable(3, "class", "labels", "right", "IoU");
        for (int k = 0; k < confusion.classes(); k++) {
            table.row(
                    task == null ? String.valueOf(k) : task.classes().get(k),
                    String.format(Locale.ROOT, "%,d", confusion.labelled(k)),
                    percent((double) confusion.right(k) / confusion.labelled(k)),
                    percent(confusion.iou(k)));
        }
        table.print(console.out());
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Adds an evaluation to a document. */
    static void json(ObjectNode o, Evaluation evaluation) {
        o.put("samples", evaluation.samples());
        Console.number(o, "loss", evaluation.loss());
        Console.number(o, "accuracy", evaluation.accuracy());
        Console.number(o, "meanIou", evaluation.meanIou());
        Confusion confusion = evaluation.confusion().orElse(null);
        if (confusion != null && confusion.paired()) {
            ArrayNode rows = o.putArray("confusion");
            for (int label = 0; label < confusion.classes(); label++) {
                ArrayNode row = rows.addArray();
                for (int k = 0; k < confusion.classes(); k++) {
                    row.add(confusion.count(label, k));
                }
            }
        }
    }
}
