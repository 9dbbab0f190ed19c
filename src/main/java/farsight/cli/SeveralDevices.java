package farsight.cli;

import farsight.engine.Engine;
import farsight.engine.Engines;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Makes the help and the completion of a command's {@code --device} those of a list. */
final class SeveralDevices implements IModelTransformer {

    private static final String OPTION = "--device";

    /** What completion offers: each device, all of them, and a list of them to take from. */
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
        // All of them anew, as help shows options in the order in which they were added.
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
                        "Where to run: vector, java, or devices that `farsight devices` lists, with commas between;"
                                + " all is every one of them but java (default: vector).")
                .build();
    }
}
