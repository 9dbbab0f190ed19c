package farsight.cli;

import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.HostMemory;
import farsight.engine.Processor;
import farsight.sweep.Features;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.Model.CommandSpec;

/** What was run, where, and with which command: stands in every result. */
final class RunFacts {

    private RunFacts() {}

    static SequencedMap<String, String> of(CommandSpec command, Engine engine, Features features) {
        return of(command, engine, features.description());
    }

    /** The same, of features that are told in words. */
    static SequencedMap<String, String> of(CommandSpec command, Engine engine, String features) {
        SequencedMap<String, String> about = new LinkedHashMap<>();
        about.put(
                "Command",
                "farsight "
                        + String.join(
                                " ",
                                command.commandLine()
                                        .getParent()
                                        .getParseResult()
                                        .originalArgs()));
        about.put("Device", engine.id() + ": " + engine.description());
        if (engine.id().contains(":")) {
            Engines.tornadoVersion().ifPresent(version -> about.put("TornadoVM", version));
        }
        about.put("Features", features);
        about.put(
                "Machine",
                Processor.name() + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                        + Bytes.text(HostMemory.total()) + " memory");
        about.put("System", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        about.put("Java", Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
        about.put("Farsight", new Version().getVersion()[0]);
        about.put(
                "Date",
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")));
        return about;
    }
}
