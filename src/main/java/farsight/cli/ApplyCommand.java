package farsight.cli;

import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.data.PointCloud;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.model.Input;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.model.Origin;
import farsight.model.RunningStatistics;
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
                    + " batch; safetensors under their PyTorch names, with --prefix before them.")
    private @Nullable Path statistics;

    @Override
    public Integer call() {
        OutputFile.check(output, inputs.file(), models.specFile(), models.weightsFile());
        if (statistics != null) {
            OutputFile.check(statistics, inputs.file(), models.specFile(), models.weightsFile());
        }
        Engine engine = devices.engine();
        Model model = models.model(console);
        NarrowBottleneck.tell(console, model.block());
        if (statistics != null && model.block().statistics().isEmpty()) {
            throw console.usage("--statistics needs a block that keeps some: latentgnn with norm batch, not "
                    + BlockSpec.write(model.block()));
        }
        try (Input x = inputs.open(console, model.block(), models.seed(), devices.budget())) {
            SequencedMap<String, Tensor> written = new LinkedHashMap<>();
            RunReport report;
            RunningStatistics moved;
            try (OpenModel open = model.open(engine, x.shape(), Pass.FORWARD, devices.budget())) {
                Tensor features = InputOptions.numbers(console, x);
                console.tell();
                Tensor y = open.apply(features);
                console.warnOfBroken("tensor y", y.nonFinite(), y.elements());
                written.put("y", y);
                moved = open.statistics(model.weights().statistics());
                report = RunReport.of(model, Pass.FORWARD, engine, open);
            }
            if (statistics != null) {
                moved.save(statistics, models.prefix());
            }
            Safetensors.write(output, written, ofPoints(x), Map.of());
            console.tell();
            report.print(console, output, written);
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
