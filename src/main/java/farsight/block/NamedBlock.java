package farsight.block;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A block's short name: a kind with the papers' options, or a variant that has a name of its own. Every command knows the
 * same names, and one name is the same block in all of them.
 *
 * @param name for example {@code gc-r4}
 * @param options JSON of its spec without C and d, for example {@code {"block": "gc", "ratio": 0.25}}
 */
public record NamedBlock(String name, String options) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final SequencedMap<String, NamedBlock> NAMED = new LinkedHashMap<>();

    static {
        kind("dense");
        variant("dense-softmax", "dense", "\"normalizer\": \"softmax\"");
        kind("nonlocal");
        variant("nonlocal-streaming", "nonlocal", "\"attention\": \"streaming\"");
        kind("snl");
        kind("gc");
        // The ratio that does best in the paper, whose default is 1/16.
        variant("gc-r4", "gc", "\"ratio\": 0.25");
        kind("se");
        kind("latentgnn");
        variant("latentgnn-symmetric", "latentgnn", "\"mode\": \"symmetric\"");
        kind("latentgnn-talk");
    }

    private static void kind(String name) {
        NAMED.put(name, new NamedBlock(name, "{\"block\": \"%s\"}".formatted(name)));
    }

    private static void variant(String name, String kind, String option) {
        NAMED.put(name, new NamedBlock(name, "{\"block\": \"%s\", %s}".formatted(kind, option)));
    }

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** The block of that name. */
    public static Optional<NamedBlock> of(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    /** Whether it has a d. */
    public boolean latent() {
        return name.startsWith("latentgnn");
    }

    /**
     * The block of C channels, with one kernel of d latent nodes where it has them.
     *
     * @throws SpecException when it refuses C or d
     */
    public Block block(int channels, int d) {
        ObjectNode spec = (ObjectNode) JSON.readTree(options);
        spec.put("channels", channels);
        if (latent()) {
            spec.putArray("latentDims").add(d);
        }
        return BlockSpec.parse(spec.toString());
    }
}
