package farsight.block;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecJson;
import farsight.text.Line;
import farsight.text.Nearest;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A block with a short name: a kind with the papers' options, or a variant. A name means the same block in every
 * command.
 *
 * @param name for example {@code gc-r4}
 * @param label as charts write it, for example {@code GC (r = 4)}
 * @param kind the block's kind
 * @param options JSON of the fields that differ from the kind's defaults
 */
public record NamedBlock(String name, String label, BlockKind<?> kind, String options) {

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(BlockKinds.named().keySet());
    }

    /** The block of that name. */
    public static Optional<NamedBlock> of(String name) {
        return Optional.ofNullable(BlockKinds.named().get(name));
    }

    /**
     * The block of that name.
     *
     * @throws SpecException when there is none, with all names
     */
    public static NamedBlock find(String name) {
        return of(name).orElseThrow(() -> new SpecException("no block '%s', expected one of %s%s"
                .formatted(Line.excerpt(name), String.join(", ", names()), Nearest.hint(name, names()))));
    }

    /** Whether it has a d. */
    public boolean latent() {
        return kind.latent().isPresent();
    }

    /** A new spec of the block, without C and d. */
    public ObjectNode spec() {
        ObjectNode spec = SpecJson.empty();
        spec.put("block", kind.name());
        spec.setAll(SpecJson.object(options));
        return spec;
    }

    /**
     * The fields of its spec that hold d.
     *
     * @param d one number per kernel
     * @throws java.util.NoSuchElementException when the block has no d
     */
    public ObjectNode latent(List<Integer> d) {
        ObjectNode fields = SpecJson.empty();
        BlockKind.Latent latent = kind.latent().orElseThrow();
        for (String field : latent.fields()) {
            if (latent.list() || d.size() != 1) {
                ArrayNode all = fields.putArray(field);
                d.forEach(all::add);
            } else {
                fields.put(field, d.getFirst());
            }
        }
        return fields;
    }

    /**
     * The block of C channels, with one kernel of d latent nodes if it has latent nodes.
     *
     * @throws SpecException when the block refuses C or d
     */
    public Block block(int channels, int d) {
        ObjectNode spec = spec();
        spec.put("channels", channels);
        if (latent()) {
            spec.setAll(latent(List.of(d)));
        }
        return BlockSpec.parse(spec);
    }
}
