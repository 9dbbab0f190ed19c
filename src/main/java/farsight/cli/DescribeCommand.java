package farsight.cli;

import farsight.block.Block;
import farsight.block.Pass;
import farsight.engine.Engine;
import farsight.model.Footprint;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what a block is and would cost. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Tell a block's parameters, operations and memory at any N, without allocating anything.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight describe --block latentgnn --channels 64 --d 100 --n 500x500",
            "  farsight describe --spec block.json --n 250000 --batch 2 --device java --json"
        })
final class DescribeCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            defaultValue = "250000",
            description = "Positions: a number, or a grid such as 500x500 (default: 250000).")
    @SuppressWarnings("NullAway.Init")
    private PositionsOption positions;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "1", description = "Images or clouds (default: 1).")
    private long batch = 1;

    @Override
    public Integer call() {
        if (batch < 1) {
            throw console.usage("--batch must be at least 1, not " + batch);
        }
        Block block = models.weightsFile() == null
                ? models.block(console)
                : models.model(console).block();
        Engine engine = devices.engine();
        List<Footprint> footprints = List.of(
                Footprint.of(block, batch, positions.grid(), Pass.FORWARD),
                Footprint.of(block, batch, positions.grid(), Pass.BOTH));
        Description description = new Description(block, batch, positions.grid(), footprints, engine, devices.budget());
        if (console.json()) {
            console.print(description.json());
        } else {
            description.print(console.out());
        }
        console.tell();
        return ExitCode.DONE;
    }
}
