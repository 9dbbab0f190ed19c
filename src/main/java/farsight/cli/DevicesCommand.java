package farsight.cli;

import farsight.block.Block;
import farsight.block.Pass;
import farsight.cli.option.PassOption;
import farsight.cli.option.PositionsOption;
import farsight.cli.option.SpecOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.TextTable;
import farsight.doctor.BundledApi;
import farsight.engine.Bytes;
import farsight.engine.DeviceFacts;
import farsight.engine.DriverException;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Limits;
import farsight.engine.ProviderException;
import farsight.model.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the engines that {@code --device} can name. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List the devices that blocks can run on, their limits, and which of them a block fits.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight devices",
            "  farsight devices --block nonlocal --n 500x500 --pass both",
            "",
            "GPUs and other devices appear when TORNADOVM_HOME names a TornadoVM SDK and farsight is started",
            "through the ./farsight script, or as: java @$TORNADOVM_HOME/tornado-argfile -jar farsight.jar devices"
        })
final class DevicesCommand implements Callable<Integer> {

    /** Bytes of the largest array of an API that counts bytes with an int. */
    private static final long WITHOUT_SDK = Integer.MAX_VALUE;

    private static final PositionsOption DEFAULT_POSITIONS = new PositionsOption.Converter().convert("250000");

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final SpecOptions spec = new SpecOptions();

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            description = "With a block: positions, a number, a grid such as 500x500 or a video such as 8x28x28"
                    + " (default: 250000).")
    private @Nullable PositionsOption positions;

    @Option(names = "--batch", paramLabel = "B", description = "With a block: images or clouds (default: 1).")
    private @Nullable Long batch;

    @Option(
            names = "--pass",
            paramLabel = "PASS",
            converter = PassOption.class,
            description = "With a block: forward, or both (forward and backward) (default: both).")
    private @Nullable Pass pass;

    @Override
    public Integer call() {
        Footprint footprint = footprint();
        List<Engine> engines = new ArrayList<>(Engines.host());
        RuntimeException failure = null;
        try {
            engines.addAll(Engines.devices());
        } catch (DriverException | ProviderException e) {
            failure = e;
        }
        if (console.json()) {
            ObjectNode document = Console.object();
            ArrayNode devices = document.putArray("devices");
            engines.forEach(e -> describe(devices.addObject(), e, footprint));
            console.print(document);
        } else {
            table(engines, footprint);
        }
        console.tell();
        if (failure != null) {
            throw failure;
        }
        return ExitCode.DONE;
    }

    /** The footprint of the given block; null if none was given. */
    private @Nullable Footprint footprint() {
        if (!spec.given()) {
            if (positions != null || batch != null || pass != null) {
                throw console.usage("--n, --batch and --pass need --block or --spec");
            }
            return null;
        }
        Block block = spec.block(console);
        PositionsOption n = positions == null ? DEFAULT_POSITIONS : positions;
        return Footprint.of(
                block, batch == null ? 1 : batch, n.grid(block), pass == null ? Pass.FORWARD_BACKWARD : pass);
    }

    private void table(List<Engine> engines, @Nullable Footprint footprint) {
        TextTable table =
                new TextTable(5, "device", "memory", "one array", "local", "group", "units", "kind", "description");
        for (Engine e : engines) {
            Limits limits = e.limits();
            Optional<DeviceFacts> facts = e.facts();
            table.row(
                    e.id(),
                    Bytes.text(limits.memoryBytes()),
                    Bytes.text(arrayBytes(limits)),
                    facts.map(f -> Bytes.text(f.localBytes())).orElse("-"),
                    facts.map(f -> String.format(Locale.ROOT, "%,d", f.workGroup()))
                            .orElse("-"),
                    facts.map(f -> String.valueOf(f.units())).orElse("-"),
                    facts.map(DeviceFacts::kind).orElse("JVM"),
                    e.description());
        }
        table.print(console.out());
        if (!Engines.tornadoLoaded()) {
            console.out()
                    .println("No TornadoVM device: set TORNADOVM_HOME to a TornadoVM SDK and start through ./farsight"
                            + "");
        }
        if (sdkCountsMore()) {
            console.out()
                    .println(
                            "The size of one array on vector and java holds with this process's SDK. ./farsight starts them without it;"
                                    + " then this jar's API allows " + Bytes.text(WITHOUT_SDK)
                                    + " (see farsight doctor)");
        }
        if (footprint != null) {
            fits(engines, footprint);
        }
    }

    /** Whether the JVM's engines allow larger arrays with the SDK, as here, than without. */
    private static boolean sdkCountsMore() {
        return Engines.tornadoLoaded() && BundledApi.countsLess();
    }

    private void fits(List<Engine> engines, Footprint footprint) {
        console.out().println();
        TextTable table = new TextTable(2, "device", "arrays", "process", RunReport.text(footprint.pass()));
        for (Engine e : engines) {
            table.row(
                    e.id(),
                    Bytes.text(e.predictedBytes(footprint.plan())),
                    Bytes.text(e.processMemory(footprint.plan()).total()),
                    refusal(e, footprint).map(why -> "no: " + why).orElse("fits"));
        }
        table.print(console.out());
    }

    private static Optional<String> refusal(Engine e, Footprint footprint) {
        return e.refusal(footprint.plan(), Long.MAX_VALUE);
    }

    private static void describe(ObjectNode o, Engine e, @Nullable Footprint footprint) {
        Limits limits = e.limits();
        o.put("id", e.id());
        o.put("description", e.description());
        o.put("memoryBytes", limits.memoryBytes());
        o.put("memoryName", limits.memoryName());
        o.put("arrayBytes", arrayBytes(limits));
        o.put("arrayHeaderBytes", limits.headerBytes());
        e.facts().ifPresent(f -> {
            o.put("kind", f.kind());
            o.put("computeUnits", f.units());
            o.put("deviceMemoryBytes", f.memoryBytes());
            o.put("largestAllocationBytes", f.allocationBytes());
            o.put("localMemoryBytes", f.localBytes());
            o.put("workGroupSize", f.workGroup());
        });
        if (footprint != null) {
            o.put("predictedBytes", e.predictedBytes(footprint.plan()));
            o.put("processBytes", e.processMemory(footprint.plan()).total());
            Optional<String> refusal = refusal(e, footprint);
            o.put("fits", refusal.isEmpty());
            refusal.ifPresent(why -> o.put("refusal", why));
        }
    }

    /** Bytes of the largest array: the smaller limit of the device and of TornadoVM's arrays. */
    private static long arrayBytes(Limits limits) {
        return Math.min(limits.memoryBytes(), limits.arrayFloats() * Float.BYTES);
    }
}
