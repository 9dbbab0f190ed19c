package farsight.cli;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.cli.network.NetworkCommands;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.option.PositionsOption;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.engine.Engine;
import farsight.model.Footprint;
import farsight.model.SpecGuess;
import farsight.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a block's parameters and costs. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header =
                "Show the parameters, operations and memory of a block or a network at any N, without allocating anything.",
        description = {
            "",
            "With --weights alone the block is guessed from the names and shapes of the file's tensors. If the file"
                    + " holds several blocks, each is listed with its --prefix.",
            "",
            "With --network: a table of its layers, for one training step and for evaluation.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight describe --block latentgnn --channels 64 --d 100 --n 500x500",
            "  farsight describe --spec block.json --n 250000 --batch 2 --device java --json",
            "  farsight describe --weights checkpoint.safetensors",
            "  farsight describe --network net.json --insert gc@all --n 32x32"
        })
final class DescribeCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final NetworkOptions networks = new NetworkOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            defaultValue = "250000",
            description =
                    "Positions: a number, a grid such as 500x500, or a video such as 8x28x28 (default: 250000; of a"
                            + " network its own).")
    @SuppressWarnings("NullAway.Init")
    private PositionsOption positions;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "1", description = "Images or clouds (default: 1).")
    private long batch = 1;

    @Override
    public Integer call() {
        if (batch < 1) {
            throw console.usage("--batch must be at least 1, not " + batch);
        }
        if (networks.given()) {
            Optional<Grid> grid = command.commandLine().getParseResult().hasMatchedOption("--n")
                    ? Optional.of(new Grid(positions.extents()))
                    : Optional.empty();
            return new NetworkCommands(console, networks, models, devices).describe(grid, batch);
        }
        networks.check(console);
        Path weights = models.weightsFile();
        if (weights == null && !models.blockGiven()) {
            throw console.usage("no block given, expected --spec, --block or --weights");
        }
        SpecGuess guess = null;
        Block block;
        if (weights != null && !models.blockGiven()) {
            List<SpecGuess> guesses = SpecGuess.find(weights, models.prefix());
            if (guesses.size() > 1) {
                GuessReport.print(console, weights, guesses);
                return ExitCode.DONE;
            }
            guess = guesses.getFirst();
            block = guess.block();
        } else {
            block = models.block(console);
        }
        block.cautions().forEach(console::note);
        Engine engine = devices.engine();
        Grid grid = positions.grid(block);
        positions.note(block, grid).ifPresent(console::note);
        List<Footprint> footprints = List.of(
                Footprint.of(block, batch, grid, Pass.FORWARD),
                Footprint.of(block, batch, grid, Pass.FORWARD_BACKWARD));
        if (guess == null && weights != null) {
            // Checks names and shapes only; the values are not read.
            Weights.check(block, weights, models.prefix());
        }
        Description description = new Description(block, guess, batch, grid, footprints, engine, devices.budget());
        if (console.json()) {
            console.print(description.json());
        } else {
            description.print(console.out());
        }
        console.tell();
        return ExitCode.DONE;
    }
}
