package farsight.block;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes a block's JSON spec, for example {@code {"block": "latentgnn", "channels": 64,
 * "latentDims": [100]}}. Options that a spec leaves out have the papers' defaults; what it has and
 * no block knows is an error.
 */
public final class BlockSpec {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** Every value of {@code "block"}. */
    public static final List<String> KINDS =
            List.of("dense", "nonlocal", "snl", "gc", "se", "latentgnn-talk", "latentgnn");

    private BlockSpec() {}

    /**
     * Reads a spec.
     *
     * @throws SpecException when it is not JSON, with the line and the column where; or when a field is unknown,
     *     missing or wrong: one line that names the field and the allowed values
     */
    public static Block parse(String json) {
        SpecFields f = new SpecFields(SpecJson.object(json));
        String kind = f.word("block", KINDS);
        f.rejectUnknown(kind, fields(kind));
        int channels = f.integer("channels");
        return switch (kind) {
            case "dense" -> new Dense(channels, f.choice("normalizer", Dense.Normalizer.COUNT));
            case "nonlocal" -> nonLocal(f, channels);
            case "snl" -> new Snl(channels);
            case "gc" ->
                new Gc(
                        channels,
                        f.number("ratio", 1.0 / 16),
                        f.choice("pooling", Gc.Pooling.ATT),
                        f.choices("fusion", Gc.Fusion.class, EnumSet.of(Gc.Fusion.CHANNEL_ADD)));
            case "se" -> se(f, channels);
            case "latentgnn-talk" -> new LatentGnnTalk(channels, f.integers("latentDims"));
            case "latentgnn" -> latentGnn(f, channels);
            default -> throw new IllegalStateException(kind);
        };
    }

    /** Every field that a spec of a kind may have. */
    static List<String> fields(String kind) {
        List<String> own = switch (kind) {
            case "dense" -> List.of("normalizer");
            case "nonlocal" -> List.of("reduction", "mode", "scale", "subSample", "attention");
            case "snl" -> List.of();
            case "gc" -> List.of("ratio", "pooling", "fusion");
            case "se" -> List.of("reduction", "squeeze", "activation", "gate");
            case "latentgnn-talk" -> List.of("latentDims");
            case "latentgnn" -> List.of("latentDims", "channelStride", "mode", "graphConv", "residual", "norm");
            default -> throw new IllegalStateException(kind);
        };
        return Stream.concat(Stream.of("block", "channels"), own.stream()).toList();
    }

    private static Block se(SpecFields f, int channels) {
        if (f.has("squeeze") && f.has("reduction")) {
            throw new SpecException("reduction and squeeze contradict each other: squeeze is C / reduction; give one");
        }
        Se se = f.has("squeeze")
                ? new Se(channels, f.integer("squeeze"))
                : Se.reduced(channels, f.integer("reduction", Se.REDUCTION));
        return se.withActivation(f.choice("activation", Se.Activation.RELU))
                .withGate(f.choice("gate", Se.Gate.SIGMOID));
    }

    private static Block nonLocal(SpecFields f, int channels) {
        NonLocal.Mode mode = f.choice("mode", NonLocal.Mode.EMBEDDED_GAUSSIAN);
        NonLocal.Scale scale =
                f.choice("scale", mode == NonLocal.Mode.EMBEDDED_GAUSSIAN ? NonLocal.Scale.INNER : NonLocal.Scale.NONE);
        return new NonLocal(
                channels,
                f.integer("reduction", 2),
                mode,
                scale,
                f.flag("subSample", false),
                f.choice("attention", NonLocal.Attention.FULL));
    }

    private static Block latentGnn(SpecFields f, int channels) {
        return new LatentGnn(
                channels,
                f.integers("latentDims"),
                f.integer("channelStride", 4),
                f.choice("mode", LatentGnn.Mode.ASYMMETRIC),
                f.flag("graphConv", false),
                f.flag("residual", true),
                f.choice("norm", LatentGnn.Norm.NONE));
    }

    /** The spec of a block, with every option written out, in one line. */
    public static String write(Block block) {
        ObjectNode o = JSON.createObjectNode();
        o.put("block", block.kind());
        o.put("channels", block.channels());
        switch (block) {
            case Dense d -> o.put("normalizer", Checks.word(d.normalizer()));
            case NonLocal n -> {
                o.put("reduction", n.reduction());
                o.put("mode", Checks.word(n.mode()));
                o.put("scale", Checks.word(n.scale()));
                o.put("subSample", n.subSample());
                o.put("attention", Checks.word(n.attention()));
            }
            case Snl s -> {}
            case Gc g -> {
                o.put("ratio", g.ratio());
                o.put("pooling", Checks.word(g.pooling()));
                ArrayNode fusion = o.putArray("fusion");
                g.fusion().stream().sorted().forEach(v -> fusion.add(Checks.word(v)));
            }
            case Se s -> {
                if (s.reduction() > 0) {
                    o.put("reduction", s.reduction());
                } else {
                    o.put("squeeze", s.squeezed());
                }
                o.put("activation", Checks.word(s.activation()));
                o.put("gate", Checks.word(s.gate()));
            }
            case LatentGnnTalk l -> dims(o, l.latentDims());
            case LatentGnn l -> {
                dims(o, l.latentDims());
                o.put("channelStride", l.channelStride());
                o.put("mode", Checks.word(l.mode()));
                o.put("graphConv", l.graphConv());
                o.put("residual", l.residual());
                o.put("norm", Checks.word(l.norm()));
            }
        }
        return JSON.writeValueAsString(o);
    }

    private static void dims(ObjectNode o, List<Integer> dims) {
        ArrayNode a = o.putArray("latentDims");
        dims.forEach(a::add);
    }
}
