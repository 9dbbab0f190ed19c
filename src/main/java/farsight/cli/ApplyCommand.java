package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.cli.network.NetworkCommands;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.InputOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.OutputFile;
import farsight.data.OutputBatch;
import farsight.data.Safetensors;
import farsight.data.TensorStream;
import farsight.data.points.PointCloud;
import farsight.engine.Engine;
import farsight.model.Admission;
import farsight.model.Input;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.model.Origin;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Applies a block to features. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header =
                "Apply a block to features: tensor y, in the shape of x; or a network in evaluation mode: tensor logits.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight apply --spec block.json --weights w.safetensors --input x.safetensors \\",
            "      --output y.safetensors",
            "  farsight apply --network net.json --weights w.safetensors --input photo.png --output logits.safetensors"
        })
final class ApplyCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final NetworkOptions networks = new NetworkOptions();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "The safetensors file to write: tensor y, or logits. For a point cloud also label, if it has labels, and place, the"
                            + " indices of the points kept, if some had no finite position.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--statistics",
            paramLabel = "FILE",
            description = "For norm batch: the safetensors file for the running means and variances, updated by this"
                    + " batch, under their PyTorch names with --prefix. For ema: the file for its mu.")
    private @Nullable Path statistics;

    @Override
    public Integer call() {
        OutputFile.check(output, inputs.file(), models.specFile(), models.weightsFile());
        if (statistics != null) {
            OutputFile.check(statistics, inputs.file(), models.specFile(), models.weightsFile());
        }
        networks.check(console);
        Engine engine = devices.engine();
        if (networks.given()) {
            return new NetworkCommands(console, networks, models, devices)
                    .apply(inputs, output, statistics != null, engine);
        }
        Block block = models.block(console);
        if (statistics != null && block.statistics().isEmpty()) {
            throw console.usage(
                    "--statistics needs a block with running statistics: latentgnn with norm batch, or ema, not "
                            + BlockSpec.write(block));
        }
        try (Input x = inputs.open(console, block, models.seed(), devices.budget())) {
            Admission.check(block, engine, x.what(), x.shape(), Pass.FORWARD, devices.budget());
            Model model = models.model(console, block);
            block.cautions().forEach(console::note);
            try (OpenModel open = model.open(engine, x.shape(), Pass.FORWARD, devices.budget())) {
                console.tell();
                open.run(x);
                InputOptions.warnOfBroken(
                        console, x.what(), open, open.program().x());
                InputOptions.warnOfBroken(
                        console, "tensor y", open, open.program().y());
                CoarseLogits.tell(console, open);
                // Written straight from the array, so y takes no extra memory.
                SequencedMap<String, TensorStream> written = open.results();
                try (OutputBatch batch = new OutputBatch()) {
                    if (statistics != null) {
                        open.statistics(model.weights().statistics()).add(batch, statistics, models.prefix());
                    }
                    Safetensors.addStreams(batch, output, written, ofPoints(x), Map.of());
                    batch.commit();
                }
                console.tell();
                RunReport.of(model, Pass.FORWARD, engine, open).print(console, output, written);
            }
        }
        return ExitCode.DONE;
    }

    /** The labels of a cloud's points and their indices in its file, one per position of the output. */
    private static SequencedMap<String, int[]> ofPoints(Input x) {
        SequencedMap<String, int[]> numbers = new LinkedHashMap<>();
        if (x.origin() instanceof Origin.Cloud(PointCloud cloud)) {
            if (cloud.labels() != null) {
                numbers.put("label", cloud.labels());
            }
            if (cloud.places() != null) {
                numbers.put("place", cloud.places());
            }
        }
        return numbers;
    }
}
