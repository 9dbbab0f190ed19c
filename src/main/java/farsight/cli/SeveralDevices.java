package farsight.cli;

import farsight.cli.option.DeviceOptions;
import farsight.engine.Engine;
import farsight.engine.Engines;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives a command's {@code --device} the help and completion of a list of devices. */
final class SeveralDevices implements IModelTransformer {

    private static final String OPTION = "--device";

    /** Completion candidates: each device, {@code all}, and the list of all devices to edit. */
    static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            List<String> each = Engines.present().stream().map(Engine::id).toList();
            List<String> offered = new ArrayList<>(each);
            offered.add(DeviceOptions.ALL);
            offered.add(String.join(",", each));
            return offered.iterator();
        }
    }

    @Override
    public CommandSpec transform(CommandSpec command) {
        // All are added again, because help shows options in the order of addition.
        List<OptionSpec> options = List.copyOf(command.options());
        options.forEach(command::remove);
        for (OptionSpec option : options) {
            command.addOption(option.longestName().equals(OPTION) ? list(option) : option);
        }
        return command;
    }

    private static OptionSpec list(OptionSpec option) {
        return OptionSpec.builder(option)
                .paramLabel("D,...")
                .completionCandidates(new Candidates())
                .description(
                        "Where to run: vector, java, or devices that `farsight devices` lists, separated by commas;"
                                + " all is every device except java (default: vector).")
                .build();
    }
}
