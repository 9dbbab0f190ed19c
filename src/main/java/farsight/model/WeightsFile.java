package farsight.model;

import farsight.block.Block;
import farsight.block.Parameter;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds a block's parameters in a safetensors file. */
final class WeightsFile {

    /** What can be read as float32. */
    private static final Set<String> TYPES = Set.of("F32", "F16", "BF16");

    private WeightsFile() {}

    /** A prefix with the dot at its end that stands before a name. */
    static String prefix(String given) {
        return given.isEmpty() || given.endsWith(".") ? given : given + ".";
    }

    static Weights read(Block block, Path path, String givenPrefix) {
        String prefix = prefix(givenPrefix);
        List<Parameter> parameters = block.parameters();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            check(block, parameters, path, prefix, file);
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (Parameter p : parameters) {
                // A copy, because the file's own memory ends with the file.
                Tensor tensor = file.tensor(prefix + p.name()).copy();
                tensors.put(p.name(), Weights.inFileShape(p, tensor));
            }
            return new Weights(block, tensors, RunningStatistics.read(block, file, prefix));
        }
    }

    private static void check(Block block, List<Parameter> parameters, Path path, String prefix, SafetensorsFile file) {
        WeightsCheck check = new WeightsCheck(block);
        Set<String> known = Stream.of(parameters, block.statistics())
                .flatMap(List::stream)
                .map(Parameter::name)
                .collect(Collectors.toSet());
        for (String full : file.names()) {
            if (full.startsWith(prefix)) {
                String name = full.substring(prefix.length());
                if (known.contains(name) && !TYPES.contains(file.dtype(full))) {
                    check.wrongType(name, file.dtype(full));
                } else {
                    check.tensor(name, file.shape(full));
                }
            }
        }
        String under = prefix.isEmpty() ? "" : " under the prefix " + prefix;
        check.finish(path + under + hint(parameters, prefix, file));
    }

    /** Where else in the file a whole set of the parameters is: most often a network around the block. */
    private static String hint(List<Parameter> parameters, String prefix, SafetensorsFile file) {
        Set<String> found = new TreeSet<>();
        Set<String> names = Set.copyOf(file.names());
        String first = parameters.getFirst().name();
        for (String name : names) {
            if (name.endsWith("." + first)) {
                String candidate = name.substring(0, name.length() - first.length());
                if (!candidate.equals(prefix)
                        && parameters.stream().allMatch(p -> names.contains(candidate + p.name()))) {
                    found.add(candidate);
                }
            }
        }
        return found.isEmpty()
                ? ""
                : " (they are there with the prefix "
                        + String.join(" or ", found.stream().limit(4).toList()) + ")";
    }
}
