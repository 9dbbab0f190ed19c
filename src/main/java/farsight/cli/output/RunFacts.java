package farsight.cli.output;

import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.HostMemory;
import farsight.engine.Processor;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command, devices, machine and versions of a run, recorded in every result. */
public final class RunFacts {

    private RunFacts() {}

    /** The facts of a run, with the features described in words. */
    public static SequencedMap<String, String> of(CommandSpec command, List<Engine> engines, String features) {
        SequencedMap<String, String> about = of(command, engines);
        SequencedMap<String, String> all = new LinkedHashMap<>();
        about.forEach((term, fact) -> {
            if (term.equals("Machine")) {
                all.put("Features", features);
            }
            all.put(term, fact);
        });
        return all;
    }

    /** The facts of a run. */
    public static SequencedMap<String, String> of(CommandSpec command, List<Engine> engines) {
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
        about.put(
                engines.size() == 1 ? "Device" : "Devices",
                engines.stream().map(e -> e.id() + ": " + e.description()).collect(Collectors.joining("; ")));
        if (engines.stream().anyMatch(e -> e.id().contains(":"))) {
            Engines.tornadoVersion().ifPresent(version -> about.put("TornadoVM", version));
        }
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
