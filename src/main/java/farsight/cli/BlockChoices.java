package farsight.cli;

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

/** The blocks of {@code --blocks}: each once, each under a name of its own. */
final class BlockChoices {

    /** As much as a legend has room for beside d. */
    private static final int LONGEST_NAME = 24;

    private BlockChoices() {}

    /**
     * Reads names of blocks and paths of specs. A spec is called as its file is, or as its folder where
     * the file is called block.json or spec.json; a number is added to a name that is taken.
     *
     * @throws IllegalArgumentException when a block is not known, listing those that are
     */
    static List<BlockChoice> of(List<String> names) {
        List<BlockChoice> choices = new ArrayList<>();
        // What a block is called by itself goes before what a spec would be called.
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
        // A name is one word of a line wherever it stands.
        name = name.replaceAll("\\R|\\p{Cntrl}", " ").strip();
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }
}
