package farsight.network;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import farsight.text.Line;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All kinds of layers, and lists of layers as JSON. */
final class LayerKinds {

    private static final List<LayerKind<?>> ALL = List.of(
            ConvolutionLayer.KIND,
            BatchNormLayer.KIND,
            ReluLayer.KIND,
            MaxPoolLayer.KIND,
            AveragePoolLayer.KIND,
            UpsampleLayer.KIND,
            FlattenLayer.KIND,
            LinearLayer.KIND,
            DropoutLayer.KIND,
            BlockLayer.KIND,
            ResidualLayer.KIND,
            ConcatenationLayer.KIND);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private LayerKinds() {}

    static List<String> names() {
        return ALL.stream().map(LayerKind::name).toList();
    }

    /** Reads a list of layers. */
    static Sequence read(List<ObjectNode> specs) {
        return new Sequence(Stream.iterate(0, i -> i < specs.size(), i -> i + 1)
                .map(i -> SpecException.placed(
                        "layer %d%s".formatted(i + 1, called(specs.get(i))), () -> read(specs.get(i))))
                .toList());
    }

    private static String called(ObjectNode spec) {
        return spec.path("name").isString() ? " (" + spec.path("name").stringValue() + ")" : "";
    }

    private static Layer read(ObjectNode spec) {
        SpecFields f = new SpecFields(spec);
        String name = f.word("layer", names());
        LayerKind<?> kind = of(name);
        Stream<String> common = kind.named() ? Stream.of("layer", "name") : Stream.of("layer");
        f.rejectUnknown(name, Stream.concat(common, kind.fields().stream()).toList());
        return kind.reader().read(kind.named() ? name(f) : "", f);
    }

    private static String name(SpecFields f) {
        String name = f.text("name", "a name, which begins the names of the layer's parameters");
        if (!NAME.matcher(name).matches() || name.matches("optimizer(\\..*)?")) {
            throw new SpecException(
                    ("field \"name\" is \"%s\"; it must be letters, digits, _ and - with dots between them,"
                                    + " and not begin with optimizer, as moments in checkpoints do")
                            .formatted(Line.excerpt(name)));
        }
        return name;
    }

    private static LayerKind<?> of(String name) {
        return ALL.stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
    }

    /** A list of layers with every option. */
    static ArrayNode write(Sequence layers) {
        ArrayNode all = SpecJson.empty().putArray("layers");
        for (Layer layer : layers.layers()) {
            ObjectNode spec = all.addObject();
            if (!layer.name().isEmpty()) {
                spec.put("name", layer.name());
            }
            spec.put("layer", layer.kind());
            of(layer.kind()).write(layer, new SpecWriter(spec));
        }
        return all;
    }
}
