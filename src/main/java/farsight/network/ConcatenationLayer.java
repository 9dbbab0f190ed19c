package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The results of several lists of layers side by side along the channels; an empty list is x itself.
 *
 * @param lists at least one; parameters are named {@code branches.0.…}, {@code branches.1.…}
 */
public record ConcatenationLayer(String name, List<Sequence> lists) implements Layer {

    static final LayerKind<ConcatenationLayer> KIND = new LayerKind<>(
            "concat",
            ConcatenationLayer.class,
            true,
            List.of("branches"),
            ConcatenationLayer::read,
            ConcatenationLayer::write);

    /**
     * Copies the list.
     *
     * @throws SpecException when it is empty
     */
    public ConcatenationLayer {
        lists = List.copyOf(lists);
        Checks.that(!lists.isEmpty(), "branches is empty; it must have at least one list of layers");
    }

    private static ConcatenationLayer read(String name, SpecFields f) {
        String expected = "a list of lists of layers";
        List<JsonNode> lists = f.entries("branches", expected);
        return new ConcatenationLayer(
                name,
                IntStream.range(0, lists.size())
                        .mapToObj(i -> SpecException.placed(
                                "branch " + i, () -> LayerKinds.read(objects(lists.get(i), expected))))
                        .toList());
    }

    private static List<ObjectNode> objects(JsonNode list, String expected) {
        if (!list.isArray()) {
            throw new SpecException("field \"branches\" has an entry that is no list; it must be " + expected);
        }
        List<ObjectNode> all = new ArrayList<>();
        for (JsonNode node : list) {
            if (!(node instanceof ObjectNode object)) {
                throw new SpecException("field \"branches\" has an entry that is no layer; it must be " + expected);
            }
            all.add(object);
        }
        return all;
    }

    private void write(SpecWriter spec) {
        ArrayNode all = SpecJson.empty().putArray("branches");
        lists.forEach(layers -> all.add(LayerKinds.write(layers)));
        spec.set("branches", all);
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        List<Extents> all = lists.stream().map(l -> l.out(in)).toList();
        Extents first = all.getFirst();
        for (Extents other : all) {
            Checks.that(
                    other.withChannels(1).equals(first.withChannels(1)),
                    "one branch gives %s, another %s; only their channels may differ".formatted(first, other));
        }
        return first.withChannels(all.stream().mapToLong(Extents::channels).reduce(0L, Math::addExact));
    }

    @Override
    public List<Branch> branches() {
        return IntStream.range(0, lists.size())
                .mapToObj(i -> new Branch("branches." + i, lists.get(i)))
                .toList();
    }

    @Override
    public Layer with(List<Sequence> others) {
        return new ConcatenationLayer(name, others);
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return c.tape()
                .concatenate(branches().stream()
                        .map(b -> b.layers().record(c.under(b.name() + "."), x, in))
                        .toList());
    }
}
