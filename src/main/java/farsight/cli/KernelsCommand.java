package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Pass;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.PassOption;
import farsight.cli.option.PositionsOption;
import farsight.cli.option.SpecOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.OutputFolder;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.listing.KernelListing;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows kernels as Java and as a device's compiled code. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show a block's kernels: the Java loop, and the code that a device's compiler generates from it.",
        description = {
            "",
            "Each kernel method is listed once, in the order in which the block calls it. TornadoVM compiles it"
                    + " without running it; the sizes of the first call are constants in its code.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a kernel does not compile for the device", "2:bad usage or bad input"},
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight kernels --block gc --channels 16",
            "  farsight kernels --block latentgnn --d 100 --n 4096 --pass both --device opencl:0 --output kernels",
            "  farsight kernels --block snl --kernel softmaxPositionsChunks"
        })
final class KernelsCommand implements Callable<Integer> {

    private static final String TOO_LARGE =
            "the block, --n or --batch is too large: a kernel counts elements up to 2,147,483,647";

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final SpecOptions spec = new SpecOptions();

    @Option(
            names = "--device",
            completionCandidates = DeviceOptions.Devices.class,
            paramLabel = "D",
            description =
                    "Device whose code to show, for example opencl:0, or java for no code (default: the first device).")
    private @Nullable String device;

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            defaultValue = "1024",
            description = "Positions: a number, a grid such as 32x32, or a video such as 8x28x28 (default: 1024).")
    @SuppressWarnings("NullAway.Init")
    private PositionsOption positions;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "1", description = "Images or clouds (default: 1).")
    private long batch = 1;

    @Option(
            names = "--pass",
            paramLabel = "PASS",
            converter = PassOption.class,
            defaultValue = "forward",
            description = "forward, or both (forward and backward) (default: forward).")
    private Pass pass = Pass.FORWARD;

    @Option(names = "--kernel", paramLabel = "NAME", description = "Show only this method.")
    private @Nullable String kernel;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Also write a .java file for each kernel and one of the device's code (.cl, .ptx, …).")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Block block = spec.block(console);
        if (batch < 1) {
            throw console.usage("--batch must be at least 1, not " + batch);
        }
        if (output != null) {
            OutputFolder.check(output);
        }
        Engine engine = engine();
        List<KernelListing> kernels;
        try {
            kernels = kernels(block, engine);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw console.usage(TOO_LARGE);
        }
        KernelsReport report = new KernelsReport(block, positions.grid(block), pass, engine, kernels);
        if (console.json()) {
            console.print(report.json());
        } else {
            report.print(console.out());
        }
        if (output != null) {
            console.note(report.write(output) + " files in " + output);
        }
        console.tell();
        return kernels.stream().allMatch(k -> k.failure() == null) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private List<KernelListing> kernels(Block block, Engine engine) {
        Program program =
                BlockProgram.of(block, batch, positions.grid(block), pass).program();
        if (program.buffers().stream().anyMatch(b -> b.elements() > MemoryPlan.MAX_ARRAY_ELEMENTS)) {
            throw console.usage(TOO_LARGE);
        }
        if (kernel != null && !KernelListing.names(program, engine).contains(kernel)) {
            throw console.usage("no kernel '%s' in this block's %s pass, expected one of %s"
                    .formatted(kernel, pass, String.join(", ", KernelListing.names(program, engine))));
        }
        return KernelListing.of(program, engine, Optional.ofNullable(kernel));
    }

    /** The requested device, else the first; the plain loops if there is no device. */
    private Engine engine() {
        if (device != null) {
            return Engines.find(device);
        }
        return Engines.devices().stream().findFirst().orElseGet(() -> Engines.find("java"));
    }
}
