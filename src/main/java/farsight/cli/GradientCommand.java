package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Pass;
import farsight.cli.network.NetworkCommands;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.InputOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.option.SizeOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.OutputFile;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.TensorStream;
import farsight.engine.Engine;
import farsight.model.Admission;
import farsight.model.Input;
import farsight.model.Model;
import farsight.model.OpenModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Computes a block's gradients. */
@Command(
        name = "gradient",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header =
                "Compute the gradients of sum(y*dy): tensor x, and every parameter under its name; or of a network's loss: every"
                        + " parameter, and logits.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight gradient --spec block.json --weights w.safetensors --input x.safetensors \\",
            "      --upstream dy.safetensors --output g.safetensors",
            "  farsight gradient --network net.json --weights w.safetensors --data batch.safetensors \\",
            "      --output g.safetensors"
        })
final class GradientCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final NetworkOptions networks = new NetworkOptions();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "The features: safetensors with a tensor x, an image, or a point cloud (PCD, PLY).")
    private @Nullable Path input;

    @Mixin
    private final SizeOptions size = new SizeOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--upstream",
            paramLabel = "FILE",
            description = "Safetensors with a tensor dy, the upstream gradient, in the shape of x.")
    private @Nullable Path upstream;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "With --network: safetensors with x and an integer label, in place of --input and --upstream.")
    private @Nullable Path data;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "The safetensors file to write the gradients to.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Override
    public Integer call() {
        networks.check(console);
        if (networks.given()) {
            if (data == null || input != null || upstream != null) {
                throw console.usage("--network takes --data, in place of --input and --upstream");
            }
            return new NetworkCommands(console, networks, models, devices).gradient(data, output);
        }
        if (data != null) {
            throw console.usage("--data needs --network");
        }
        if (input == null || upstream == null) {
            throw console.usage(
                    "Missing required option: '%s=FILE'".formatted(input == null ? "--input" : "--upstream"));
        }
        OutputFile.check(output, input, upstream, models.specFile(), models.weightsFile());
        Engine engine = devices.engine();
        Block block = models.block(console);
        try (Input x = InputOptions.open(console, input, block, models.seed(), size.size(console), devices.budget());
                Input dy = Input.safetensors(upstream, "dy")) {
            checkUpstream(dy, x);
            Admission.check(block, engine, x.what(), x.shape(), Pass.FORWARD_BACKWARD, devices.budget());
            Model model = models.model(console, block);
            try (OpenModel open = model.open(engine, x.shape(), Pass.FORWARD_BACKWARD, devices.budget())) {
                console.tell();
                open.run(x, dy);
                BlockProgram program = open.program();
                InputOptions.warnOfBroken(console, x.what(), open, program.x());
                InputOptions.warnOfBroken(console, dy.what(), open, Objects.requireNonNull(program.dy()));
                InputOptions.warnOfBroken(console, "the gradient of x", open, Objects.requireNonNull(program.dx()));
                program.gradients()
                        .forEach((name, b) -> InputOptions.warnOfBroken(console, "the gradient of " + name, open, b));
                CoarseLogits.tell(console, open);
                // Written straight from the arrays, so the gradients take no extra memory.
                SequencedMap<String, TensorStream> written = open.results();
                Safetensors.writeStreams(output, written, new TreeMap<>(), Map.of());
                console.tell();
                RunReport.of(model, Pass.FORWARD_BACKWARD, engine, open).print(console, output, written);
            }
        }
        return ExitCode.DONE;
    }

    private static void checkUpstream(Input dy, Input x) {
        if (!dy.shape().equals(x.shape())) {
            throw new DataException(
                    "%s has shape %s, expected %s as %s has".formatted(dy.what(), dy.shape(), x.shape(), x.what()));
        }
    }
}
