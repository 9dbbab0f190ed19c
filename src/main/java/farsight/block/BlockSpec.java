package farsight.block;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes a block's JSON spec, for example {@code {"block": "latentgnn", "channels": 64,
 * "latentDims": [100]}}. Omitted options have the papers' defaults; an unknown
 * field is an error.
 */
public final class BlockSpec {

    private BlockSpec() {}

    /** Every value of {@code "block"}. */
    public static List<String> kinds() {
        return BlockKinds.kinds();
    }

    /**
     * Reads a spec.
     *
     * @throws SpecException when the text is not JSON (the message gives line and column), or when a field is unknown,
     *     missing or wrong (one line that names the field and the allowed values)
     */
    public static Block parse(String json) {
        return parse(SpecJson.object(json));
    }

    /**
     * Reads a spec that is part of a document.
     *
     * @throws SpecException when a field is unknown, missing or wrong
     */
    public static Block parse(ObjectNode spec) {
        SpecFields f = new SpecFields(spec);
        String name = f.word("block", kinds());
        BlockKind<?> kind = BlockKinds.find(name).orElseThrow();
        f.rejectUnknown(name, fields(kind));
        return kind.read(f, f.integer("channels"));
    }

    /** Every field that a spec of a kind may have. */
    static List<String> fields(BlockKind<?> kind) {
        return Stream.concat(Stream.of("block", "channels"), kind.fields().stream())
                .toList();
    }

    /** The spec of a block with every option, in one line. */
    public static String write(Block block) {
        return tree(block).toString();
    }

    /** The spec of a block with every option, as part of a document. */
    public static ObjectNode tree(Block block) {
        ObjectNode spec = SpecJson.empty();
        spec.put("block", block.kind());
        spec.put("channels", block.channels());
        write(BlockKinds.of(block), block, new SpecWriter(spec));
        return spec;
    }

    private static <B extends Block> void write(BlockKind<B> kind, Block block, SpecWriter spec) {
        kind.write(kind.type().cast(block), spec);
    }
}
