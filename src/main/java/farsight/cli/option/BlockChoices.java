package farsight.cli.option;

import farsight.block.Block;
import farsight.model.SpecFile;
import farsight.sweep.BlockChoice;
import farsight.text.Line;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The blocks of {@code --blocks}: each once, each with its own name. */
public final class BlockChoices {

    /** Characters that fit in a legend beside d. */
    private static final int LONGEST_NAME = 24;

    private BlockChoices() {}

    /**
     * Reads names of blocks and paths of specs. A spec is named after its file, or after its folder if the file is
     * block.json or spec.json. A taken name gets a number.
     *
     * @throws IllegalArgumentException when a block is unknown; the message lists the known ones
     */
    public static List<BlockChoice> of(List<String> names) {
        List<BlockChoice> choices = new ArrayList<>();
        // Block names take precedence over names derived from spec files.
        Set<String> taken = names.stream().filter(name -> !isSpec(name)).collect(Collectors.toSet());
        Set<Object> seen = new HashSet<>();
        for (String name : names) {
            if (!isSpec(name)) {
                if (seen.add(name)) {
                    choices.add(BlockChoice.named(name));
                }
                continue;
            }
            Path file = Path.of(name);
            Block block = SpecFile.read(file);
            if (seen.add(block)) {
                choices.add(BlockChoice.of(free(name(file), taken), block));
            }
        }
        return choices;
    }

    private static boolean isSpec(String name) {
        return name.endsWith(".json");
    }

    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    private static String name(Path file) {
        String name = Line.printable(file.getFileName().toString()).replaceAll("\\.json$", "");
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (name.matches("block|spec") && folder != null && folder.getFileName() != null) {
            name = Line.printable(folder.getFileName().toString());
        }
        // A name must fit in one line.
        name = name.replaceAll("\\R|\\p{Cntrl}", " ").strip();
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }
}
