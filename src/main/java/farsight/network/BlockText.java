package farsight.network;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecJson;
import farsight.data.TextInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A block and its place in one text: {@code gc@all}, {@code latentgnn:d=16,channelStride=2@conv1,conv2}, {@code
 * latentgnn:latentDims=[8,8],channelStride=2@last}, or a spec's
 * file, {@code block.json@last}.
 */
public final class BlockText {

    /** Longest spec of a block, in bytes. */
    private static final int LONGEST = 1 << 20;

    private BlockText() {}

    /**
     * The network with the block at its place.
     *
     * @throws SpecException when the text is no block and place, or the network has no such place
     * @throws farsight.data.DataException when a spec's file cannot be read
     */
    public static Network insert(Network network, String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1) {
            throw new SpecException("expected a block and a place, for example gc@all or gc@res1");
        }
        String block = text.substring(0, at);
        return Insertion.parse(text.substring(at + 1)).into(network, channels -> block(block, channels));
    }

    private static Block block(String text, int channels) {
        if (text.endsWith(".json")) {
            ObjectNode spec =
                    SpecJson.object(TextInput.read(Path.of(text), LONGEST, "a JSON file with a block's spec"));
            spec.put("channels", channels);
            return BlockSpec.parse(spec);
        }
        String[] parts = text.split(":", 2);
        NamedBlock named = NamedBlock.find(parts[0]);
        ObjectNode spec = named.spec();
        List<String> own = List.copyOf(spec.propertyNames());
        spec.put("channels", channels);
        Set<String> given = new HashSet<>();
        for (String field : parts.length == 1 ? List.<String>of() : fields(parts[1])) {
            String[] pair = field.split("=", 2);
            if (pair.length < 2) {
                throw new SpecException("'%s' is no field of the block, expected name=value".formatted(field));
            }
            if (!given.add(pair[0])) {
                throw new SpecException("the field '%s' is there twice".formatted(pair[0]));
            }
            if (pair[0].equals("channels")) {
                throw new SpecException("channels follow from the place, and cannot be given");
            }
            JsonNode value = SpecJson.value(pair[1]);
            if (own.contains(pair[0]) && !spec.get(pair[0]).equals(value)) {
                throw new SpecException(
                        "%s contradicts %s, which stands for %s".formatted(field, parts[0], named.spec()));
            }
            if (pair[0].equals("d") && named.latent()) {
                spec.setAll(named.latent(List.of(number(pair[1]))));
            } else {
                spec.set(pair[0], value);
            }
        }
        return BlockSpec.parse(spec);
    }

    /** The text between commas that stand in no list. */
    private static List<String> fields(String text) {
        List<String> all = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (c == ',' && depth == 0) {
                all.add(text.substring(from, i));
                from = i + 1;
            }
        }
        all.add(text.substring(from));
        return all;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new SpecException("d=%s, expected a whole number of at least 1".formatted(text));
        }
    }
}
