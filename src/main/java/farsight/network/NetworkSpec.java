package farsight.network;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import farsight.data.DataException;
import farsight.data.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes a network's JSON spec: {@code {"network": "sequential", "input": [3, 32, 32], "layers": […], "loss":
 * {…}, "optimizer": {…}}}. Omitted options have PyTorch's defaults; an unknown field is an error.
 */
public final class NetworkSpec {

    /** Longest spec read, in bytes. */
    private static final int LONGEST = 1 << 24;

    private static final String EXAMPLE = "{\"network\": \"sequential\", \"input\": [3, 32, 32], \"layers\": [...]}";

    private static final String INPUT = "the extents of one sample: [C, H, W], [C, N] or [C]";

    private NetworkSpec() {}

    /**
     * Reads a spec's file.
     *
     * @throws DataException when it cannot be read
     * @throws SpecException when it holds no valid spec, naming the file
     */
    public static Network read(Path file) {
        String text = TextInput.read(file, LONGEST, "a JSON file with a network's spec");
        return SpecException.placed(file.toString(), () -> parse(text));
    }

    /**
     * Reads a spec.
     *
     * @throws SpecException when the text is not JSON (the message gives line and column), or when a field is unknown,
     *     missing or wrong (one line that names the layer, the field and the allowed values)
     */
    public static Network parse(String json) {
        ObjectNode spec = SpecJson.object(json, EXAMPLE);
        if (spec.has("block") && !spec.has("network")) {
            throw new SpecException("this is a block's spec; a network's is a JSON object such as " + EXAMPLE);
        }
        SpecFields f = new SpecFields(spec);
        f.word("network", List.of("sequential"));
        f.rejectUnknown("network", List.of("network", "input", "layers", "loss", "optimizer"));
        return new Network(
                input(f.entries("input", INPUT)),
                layers(f),
                part(spec, "loss", "{\"type\": \"cross_entropy\"}", Loss::read),
                part(spec, "optimizer", "{\"type\": \"adam\", \"lr\": 0.001}", Optimizer::read));
    }

    /** A part that may be left out, and has no null in its place. */
    private static <T> Optional<T> part(ObjectNode spec, String field, String example, Function<SpecFields, T> reader) {
        if (!spec.has(field)) {
            return Optional.empty();
        }
        SpecFields part = new SpecFields(new SpecFields(spec).object(field, "an object such as " + example));
        return Optional.of(SpecException.placed("field \"" + field + "\"", () -> reader.apply(part)));
    }

    private static Sequence layers(SpecFields f) {
        f.entries("layers", "a list of layers");
        return LayerKinds.read(f.objects("layers", "a list of layers"));
    }

    private static Extents input(List<JsonNode> extents) {
        boolean valid = !extents.isEmpty()
                && extents.size() <= 3
                && extents.stream().allMatch(e -> e.isIntegralNumber() && e.canConvertToInt() && e.intValue() >= 1);
        if (!valid) {
            throw new SpecException("field \"input\" is %s; it must be %s".formatted(extents, INPUT));
        }
        return Extents.of(extents.stream().map(JsonNode::longValue).toList());
    }

    /** The spec of a network with every option. */
    public static String write(Network network) {
        return tree(network).toPrettyString();
    }

    /** The spec of a network with every option, as part of a document. */
    public static ObjectNode tree(Network network) {
        ObjectNode spec = SpecJson.empty();
        spec.put("network", "sequential");
        ArrayNode input = spec.putArray("input");
        network.input().extents().forEach(input::add);
        spec.set("layers", LayerKinds.write(network.layers()));
        network.loss().ifPresent(loss -> loss.write(new SpecWriter(spec.putObject("loss"))));
        network.optimizer().ifPresent(o -> o.write(new SpecWriter(spec.putObject("optimizer"))));
        return spec;
    }
}
