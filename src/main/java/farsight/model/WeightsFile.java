package farsight.model;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** Finds the parameters of a block or a network in a safetensors file. */
final class WeightsFile {

    /** Types that can be read as float32. */
    private static final Set<String> TYPES = Set.of("F32", "F16", "BF16");

    private WeightsFile() {}

    /** A prefix with the dot at its end. */
    static String prefix(String given) {
        return given.isEmpty() || given.endsWith(".") ? given : given + ".";
    }

    static Weights read(Parameterized owner, Path path, String givenPrefix) {
        String prefix = prefix(givenPrefix);
        List<Parameter> parameters = owner.parameters();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            check(owner, parameters, path, prefix, file);
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (Parameter p : parameters) {
                // A copy, because closing the file frees its memory.
                Tensor tensor = file.tensor(prefix + p.name()).copy();
                tensors.put(p.name(), Weights.inFileShape(p, tensor));
            }
            return new Weights(owner, tensors, RunningStatistics.read(owner, file, prefix));
        }
    }

    static void check(Parameterized owner, Path path, String givenPrefix) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            check(owner, owner.parameters(), path, prefix(givenPrefix), file);
        }
    }

    private static void check(
            Parameterized owner, List<Parameter> parameters, Path path, String prefix, SafetensorsFile file) {
        WeightsCheck check = new WeightsCheck(owner, true);
        for (String full : file.names()) {
            if (full.startsWith(prefix)) {
                note(check, full.substring(prefix.length()), file.dtype(full), file.shape(full));
            }
        }
        if (file.metadata().containsKey(Weights.STEP) && check.hasExtra("optimizer.")) {
            throw new DataException(
                    "%s is a checkpoint of a training run, with the optimizer's numbers beside the weights; weights.safetensors and best.safetensors in the same folder hold weights alone"
                            .formatted(path));
        }
        String under = prefix.isEmpty() ? "" : " under the prefix " + prefix;
        check.finish(path + under + hint(parameters, prefix, file));
    }

    /** Notes a tensor, and reports a parameter whose type cannot be read. */
    static void note(WeightsCheck check, String name, String type, long... shape) {
        if (check.knows(name) && !TYPES.contains(type)) {
            check.wrongType(name, type);
        } else {
            check.tensor(name, shape);
        }
    }

    /** Other prefixes in the file with all parameters; most often the file is a network around the block. */
    private static String hint(List<Parameter> parameters, String prefix, SafetensorsFile file) {
        Set<String> found = new TreeSet<>();
        Set<String> names = Set.copyOf(file.names());
        String first = parameters.isEmpty() ? "" : parameters.getFirst().name();
        for (String name : names) {
            if (!first.isEmpty() && name.endsWith("." + first)) {
                String candidate = name.substring(0, name.length() - first.length());
                if (!candidate.equals(prefix)
                        && parameters.stream().allMatch(p -> names.contains(candidate + p.name()))) {
                    found.add(candidate);
                }
            }
        }
        return found.isEmpty()
                ? NearMisses.under(prefix, names).map(said -> " (" + said + ")").orElse("")
                : " (they are there with the prefix "
                        + String.join(" or ", found.stream().limit(4).toList()) + ")";
    }
}
