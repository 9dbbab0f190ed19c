package farsight.cli;

import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Limits;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the engines that {@code --device} can name. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        header = "List the devices that blocks can run on, and how much memory each has.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight devices",
            "",
            "GPUs and other devices appear when TORNADOVM_HOME names a TornadoVM SDK and farsight is started",
            "through the ./farsight script, or as: java @$TORNADOVM_HOME/tornado-argfile -jar farsight.jar devices"
        })
final class DevicesCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() {
        List<Engine> engines = Engines.present();
        if (console.json()) {
            ObjectNode document = Console.object();
            ArrayNode devices = document.putArray("devices");
            engines.forEach(e -> describe(devices.addObject(), e));
            console.print(document);
            return ExitCode.DONE;
        }
        TextTable table = new TextTable(2, "device", "memory", "one array", "what it is");
        for (Engine e : engines) {
            Limits limits = e.limits();
            table.row(e.id(), Bytes.text(limits.memoryBytes()), Bytes.text(arrayBytes(limits)), e.description());
        }
        table.print(console.out());
        if (engines.stream().noneMatch(e -> e.id().contains(":"))) {
            console.out()
                    .println("No TornadoVM device: set TORNADOVM_HOME to a TornadoVM SDK and start through ./farsight");
        }
        return ExitCode.DONE;
    }

    private static void describe(ObjectNode o, Engine e) {
        Limits limits = e.limits();
        o.put("id", e.id());
        o.put("description", e.description());
        o.put("memoryBytes", limits.memoryBytes());
        o.put("memoryName", limits.memoryName());
        o.put("arrayBytes", arrayBytes(limits));
        o.put("arrayHeaderBytes", limits.headerBytes());
    }

    /** What one array can hold: the device's limit or that of TornadoVM's arrays. */
    private static long arrayBytes(Limits limits) {
        return Math.min(limits.memoryBytes(), limits.arrayFloats() * Float.BYTES);
    }
}
