package farsight.model;

import farsight.block.Block;
import farsight.block.BlockKind;
import farsight.block.BlockKinds;
import farsight.block.BlockSpec;
import farsight.block.Recognised;
import farsight.block.StateDict;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A block recognised in a file by the names and shapes of its tensors.
 *
 * @param prefix before its tensors' names, with the dot at its end; may be empty
 * @param block with defaults for the options that the tensors leave open
 * @param open the options that the tensors leave open
 */
public record SpecGuess(String prefix, Block block, List<Recognised.Open> open) {

    /** Most near misses listed in a message. */
    private static final int MOST_NEAR = 2;

    /** Copies the list. */
    public SpecGuess {
        open = List.copyOf(open);
    }

    /** The spec as JSON in one line, every option written out, ready to be saved. */
    public String spec() {
        return BlockSpec.write(block);
    }

    /**
     * Finds the blocks of a safetensors file.
     *
     * @param prefix of the block to find; empty for all
     * @return one guess for each block, in the order of their names
     * @throws DataException when the file cannot be read or holds no block. The message says in one line which tensors
     *     were looked for, or why tensors that resemble a block do not form one
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
        for (String candidate : prefixes(shapes.keySet())) {
            if (wanted.isEmpty() || wanted.equals(candidate)) {
                try {
                    guess(BlockKinds.all(), candidate, shapes, types).ifPresent(found::add);
                } catch (SpecException | DataException e) {
                    near.add(NearMisses.under(candidate, shapes.keySet())
                            .orElse((candidate.isEmpty() ? "" : candidate + " ") + e.getMessage()));
                }
            }
        }
        if (found.isEmpty()) {
            List<String> other = NearMisses.anywhere(shapes.keySet().stream()
                    .filter(name -> name.startsWith(wanted))
                    .toList());
            near.removeAll(other);
            near.addAll(0, other);
            String none = path + (wanted.isEmpty() ? "" : " under the prefix " + wanted)
                    + " holds no block that its tensors identify";
            // A near miss tells more than a list of all missing tensors.
            throw new DataException(
                    near.isEmpty()
                            ? none + ": looked for " + lookedFor()
                            : none + "; almost: "
                                    + String.join("; ", near.subList(0, Math.min(MOST_NEAR, near.size())))
                                    + (near.size() > MOST_NEAR
                                            ? " and %d more".formatted(near.size() - MOST_NEAR)
                                            : ""));
        }
        return found;
    }

    /** Prefixes at which blocks may be, each with the dot at its end. */
    private static NavigableSet<String> prefixes(Set<String> names) {
        NavigableSet<String> all = new TreeSet<>();
        for (BlockKind<?> kind : BlockKinds.all()) {
            for (List<String> marks : kind.marks()) {
                String first = marks.getFirst();
                names.stream()
                        .filter(name -> name.equals(first) || name.endsWith("." + first))
                        .map(name -> name.substring(0, name.length() - first.length()))
                        .filter(prefix -> marks.stream().allMatch(m -> names.contains(prefix + m)))
                        .forEach(all::add);
            }
        }
        return all;
    }

    /** For messages: the tensors that identify each block. */
    private static String lookedFor() {
        return BlockKinds.all().stream()
                .filter(kind -> !kind.marks().isEmpty())
                .map(kind -> marks(kind) + " (" + kind.name() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Of mark sets with the same beginning, only the first is named. */
    private static String marks(BlockKind<?> kind) {
        SequencedMap<String, String> sets = new LinkedHashMap<>();
        for (List<String> marks : kind.marks()) {
            String others = String.join(", ", marks.subList(0, marks.size() - 1));
            sets.putIfAbsent(marks.getFirst(), (others.isEmpty() ? "" : others + " and ") + marks.getLast());
        }
        return String.join(" or ", sets.values());
    }

    /**
     * The block under a prefix. Where several kinds have the same tensors, the first is chosen and the others are
     * listed as open.
     */
    static Optional<SpecGuess> guess(
            List<BlockKind<?>> kinds, String prefix, Map<String, long[]> shapes, Map<String, String> types) {
        SequencedMap<String, long[]> own = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), shape);
            }
        });
        List<Recognised> fitting = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (BlockKind<?> kind : kinds) {
            if (kind.marks().stream().anyMatch(own.keySet()::containsAll)) {
                try {
                    kind.recognise(new StateDict(prefix, own))
                            .map(r -> checked(r, prefix, own, types))
                            .ifPresent(fitting::add);
                } catch (SpecException | DataException e) {
                    failures.add(e);
                }
            }
        }
        if (fitting.isEmpty()) {
            failures.stream().findFirst().ifPresent(first -> {
                throw first;
            });
            return Optional.empty();
        }
        Block block = fitting.getFirst().block();
        List<Recognised.Open> open = new ArrayList<>();
        for (Recognised other : fitting.subList(1, fitting.size())) {
            open.add(new Recognised.Open("block", block.kind(), other.block().kind() + " has the same tensors"));
        }
        open.addAll(fitting.getFirst().open());
        return Optional.of(new SpecGuess(prefix, block, open));
    }

    private static Recognised checked(
            Recognised found, String prefix, Map<String, long[]> own, Map<String, String> types) {
        WeightsCheck check = new WeightsCheck(found.block(), true);
        own.forEach((name, shape) -> WeightsFile.note(check, name, types.getOrDefault(prefix + name, ""), shape));
        check.finish("tensors");
        return found;
    }
}
