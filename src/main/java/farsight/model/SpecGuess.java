package farsight.model;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.SpecException;
import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A block that was recognised in a file by the names and shapes of its tensors.
 *
 * @param prefix what stands before its names, with the dot at its end; may be empty
 * @param block with defaults for what tensors do not tell
 * @param open the fields that the tensors do not tell
 */
public record SpecGuess(String prefix, Block block, List<Open> open) {

    /** What was looked for, for messages: the tensors that tell each block. */
    public static final String LOOKED_FOR = "channel_add_conv.0.weight or channel_mul_conv.0.weight (gc),"
            + " conv_out.conv.weight and g.conv.weight (nonlocal), conv_value.weight and conv_mask.weight (snl),"
            + " fc1.weight and fc2.weight (se), up_channel.0.weight (latentgnn), theta, weight and lambda"
            + " (latentgnn-talk), weight and lambda (dense)";

    /** How many of those that are almost a block a message tells of. */
    private static final int MOST_NEAR = 2;

    /** Copies the list. */
    public SpecGuess {
        open = List.copyOf(open);
    }

    /**
     * A field that the tensors leave open.
     *
     * @param field of the spec
     * @param taken the value that the guess has
     * @param others what else it may be, and how to tell
     */
    public record Open(String field, String taken, String others) {}

    /** The spec as JSON in one line, every option written out, ready to be saved. */
    public String spec() {
        return BlockSpec.write(block);
    }

    /**
     * Finds the blocks of a safetensors file.
     *
     * @param prefix of the block that is meant; empty for any that is there
     * @return one guess for each block, in the order of their names
     * @throws DataException when the file cannot be read, or no block is in it: one line that says what
     *     was looked for, and of tensors that look like a block what keeps them from being one
     */
    public static List<SpecGuess> find(Path path, String prefix) {
        SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
        Map<String, String> types = new HashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.names().stream().sorted().forEach(name -> {
                shapes.put(name, file.shape(name));
                types.put(name, file.dtype(name));
            });
        }
        String wanted = WeightsFile.prefix(prefix);
        List<SpecGuess> found = new ArrayList<>();
        List<String> near = new ArrayList<>();
        for (String candidate : SpecClues.prefixes(shapes.keySet())) {
            if (wanted.isEmpty() || wanted.equals(candidate)) {
                try {
                    found.add(guess(candidate, shapes, types));
                } catch (SpecException | DataException e) {
                    near.add(NearMiss.under(candidate, shapes.keySet())
                            .orElse((candidate.isEmpty() ? "" : candidate + " ") + e.getMessage()));
                }
            }
        }
        if (found.isEmpty()) {
            List<String> other = NearMiss.anywhere(shapes.keySet().stream()
                    .filter(name -> name.startsWith(wanted))
                    .toList());
            near.removeAll(other);
            near.addAll(0, other);
            String none = path + (wanted.isEmpty() ? "" : " under the prefix " + wanted)
                    + " holds no block that is known by its tensors";
            // Where something is near, it tells more than a list of all that is not there.
            throw new DataException(
                    near.isEmpty()
                            ? none + ": looked for " + LOOKED_FOR
                            : none + "; almost: "
                                    + String.join("; ", near.subList(0, Math.min(MOST_NEAR, near.size())))
                                    + (near.size() > MOST_NEAR
                                            ? " and %d more".formatted(near.size() - MOST_NEAR)
                                            : ""));
        }
        return found;
    }

    private static SpecGuess guess(String prefix, Map<String, long[]> shapes, Map<String, String> types) {
        SequencedMap<String, long[]> own = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), shape);
            }
        });
        SpecClues.Clue clue = new SpecClues(prefix, own).read();
        WeightsCheck check = new WeightsCheck(clue.block());
        own.forEach((name, shape) -> WeightsFile.note(check, name, types.getOrDefault(prefix + name, ""), shape));
        check.finish("tensors");
        return new SpecGuess(prefix, clue.block(), clue.open());
    }
}
