package farsight.report;

import farsight.block.BlockSpec;
import farsight.inspect.Attention;
import farsight.inspect.Captured;
import farsight.inspect.Distance;
import farsight.inspect.Inspection;
import farsight.inspect.LatentNodes;
import farsight.inspect.Query;
import farsight.inspect.Spectrum;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The numbers of an inspection as JSON. It refers to {@link MapTensors} for the values of the maps. */
public final class InspectJson {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private InspectJson() {}

    /**
     * The document, indented, ending in a line break.
     *
     * @param about facts of the run: command, device, machine
     */
    public static String text(Inspection i, SequencedMap<String, String> about) {
        ObjectNode o = JSON.createObjectNode();
        o.put("format", "farsight inspection 1");
        o.set("spec", BlockSpec.tree(i.block()));
        ObjectNode facts = o.putObject("about");
        about.forEach(facts::put);
        ArrayNode answer = o.putArray("answer");
        Answer.of(i).forEach(answer::add);
        ArrayNode shape = o.putArray("shape");
        i.shape().axes().forEach(shape::add);
        o.put("image", i.image());
        o.put("bytes", i.bytes());
        o.put("nanos", i.nanos());
        ArrayNode queries = o.putArray("queries");
        for (Query q : i.queries()) {
            ObjectNode query = queries.addObject();
            query.put("position", q.position());
            query.put("x", q.x());
            query.put("y", q.y());
        }
        o.set("inputCosine", distance(i.input()));
        o.set("outputCosine", distance(i.output()));
        o.put("output", i.added());
        ArrayNode attentions = o.putArray("attentions");
        i.attentions().forEach(a -> attention(attentions.addObject(), i, a));
        ArrayNode nodes = o.putArray("latentNodes");
        for (LatentNodes n : i.nodes()) {
            ObjectNode node = nodes.addObject();
            node.put("name", n.name());
            node.put("d", n.d());
            node.put("idle", n.idle());
            maps(node.putObject("maps"), n.name(), MapTensors.shape(i, n), n::map);
        }
        ArrayNode captured = o.putArray("captured");
        for (Captured c : i.captured()) {
            ObjectNode share = captured.addObject();
            share.put("affinity", c.affinity());
            share.put("d", c.d());
            share.put("best", c.best());
            share.put("span", c.span());
            share.put("own", c.own());
            spectrum(share.putObject("spectrum"), i, c.spectrum());
        }
        ArrayNode notes = o.putArray("notes");
        i.notes().forEach(notes::add);
        return JSON.writeValueAsString(o) + "\n";
    }

    private static void attention(ObjectNode o, Inspection i, Attention a) {
        o.put("name", a.name());
        o.put("title", a.title());
        o.put("keys", a.keys());
        o.put("softmax", a.softmax());
        o.set("cosine", distance(a.cosine()));
        o.set("jensenShannon", distance(a.divergence()));
        maps(o.putObject("maps"), a.name(), MapTensors.shape(a), k -> a.rows().get(k));
        Spectrum s = a.spectrum();
        if (s != null) {
            spectrum(o.putObject("spectrum"), i, s);
        }
    }

    /** The location of the values, and figures to check them by. */
    private static void maps(ObjectNode o, String tensor, long[] shape, IntFunction<float[]> map) {
        o.put("file", MapTensors.FILE);
        o.put("tensor", tensor);
        ArrayNode extents = o.putArray("shape");
        Arrays.stream(shape).forEach(extents::add);
        ArrayNode min = o.putArray("min");
        ArrayNode max = o.putArray("max");
        ArrayNode sum = o.putArray("sum");
        for (int k = 0; k < shape[0]; k++) {
            DoubleSummaryStatistics values = new DoubleSummaryStatistics();
            for (float v : map.apply(k)) {
                values.accept(v);
            }
            min.add(values.getMin());
            max.add(values.getMax());
            sum.add(values.getSum());
        }
    }

    private static void spectrum(ObjectNode o, Inspection i, Spectrum s) {
        o.put("queries", s.queries());
        o.put("keys", s.keys());
        o.put("exact", s.exact());
        o.put("rank90", s.rankFor(0.9));
        o.put("rank99", s.rankFor(0.99));
        ObjectNode captured = o.putObject("captured");
        s.possible(i.ranks()).forEach(r -> captured.put(Integer.toString(r), s.captured(r)));
        ArrayNode values = o.putArray("singular");
        for (double v : s.singular()) {
            values.add(v);
        }
    }

    private static @Nullable ObjectNode distance(@Nullable Distance d) {
        if (d == null) {
            return null;
        }
        ObjectNode o = JSON.createObjectNode();
        o.put("average", d.value());
        o.put("vectors", d.vectors());
        o.put("of", d.of());
        o.put("zeros", d.zeros());
        return o;
    }
}
