package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.data.OutputBatch;
import farsight.data.PointCloud;
import farsight.data.Safetensors;
import farsight.data.TensorStream;
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
        header = "Apply a block to features: tensor y, in the shape of x.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight apply --spec block.json --weights w.safetensors --input x.safetensors \\",
            "      --output y.safetensors"
        })
final class ApplyCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "Where tensor y goes, safetensors; of a point cloud also label, where it has some, and place: which"
                            + " points of the file are left, where some had no finite position.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--statistics",
            paramLabel = "FILE",
            description = "For norm batch: where the running means and variances of its norms go, moved on by this"
                    + " batch; of ema, its mu. Safetensors under their PyTorch names, with --prefix before them.")
    private @Nullable Path statistics;

    @Override
    public Integer call() {
        OutputFile.check(output, inputs.file(), models.specFile(), models.weightsFile());
        if (statistics != null) {
            OutputFile.check(statistics, inputs.file(), models.specFile(), models.weightsFile());
        }
        Engine engine = devices.engine();
        Block block = models.block(console);
        if (statistics != null && block.statistics().isEmpty()) {
            throw console.usage("--statistics needs a block that keeps some: latentgnn with norm batch or ema, not "
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
                // Straight from the array, while it is there: y takes no memory of its own.
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

    /** What joins the output's positions to the points of a cloud: their labels, and their places in its file. */
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
