package farsight.model;

import farsight.block.BlockKind.NearMiss;
import farsight.block.BlockKinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Recognises tensors that almost form a block, so that a message says what would make them fit. */
final class NearMisses {

    private NearMisses() {}

    private static Stream<NearMiss> all() {
        return BlockKinds.all().stream().flatMap(kind -> kind.nearMisses().stream());
    }

    /** The hint for the tensors directly under a prefix. */
    static Optional<String> under(String prefix, Set<String> names) {
        return all().filter(n -> n.marks().stream().allMatch(m -> names.contains(prefix + m)))
                .map(n -> (prefix.isEmpty() ? "it " : prefix + " ") + n.says())
                .findFirst();
    }

    /** The hints for a whole file, in the order of the prefixes' first tensors. */
    static List<String> anywhere(Collection<String> names) {
        Set<String> known = Set.copyOf(names);
        List<String> all = new ArrayList<>();
        for (String name : names) {
            for (NearMiss n : all().toList()) {
                String first = n.marks().getFirst();
                if (name.equals(first) || name.endsWith("." + first)) {
                    under(name.substring(0, name.length() - first.length()), known)
                            .filter(said -> !all.contains(said))
                            .ifPresent(all::add);
                }
            }
        }
        return all;
    }
}
