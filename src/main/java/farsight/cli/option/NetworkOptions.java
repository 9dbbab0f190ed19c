package farsight.cli.option;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecJson;
import farsight.cli.output.Console;
import farsight.data.TextInput;
import farsight.network.Insertion;
import farsight.network.Network;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Options for a network. */
public final class NetworkOptions {

    /** Longest spec of a block, in bytes. */
    private static final int LONGEST = 1 << 20;

    @Option(names = "--network", paramLabel = "FILE", description = "A network's JSON spec, in place of a block's.")
    private @Nullable Path file;

    @Option(
            names = "--insert",
            paramLabel = "BLOCK@PLACE",
            description =
                    "With --network: put blocks after every stage (gc@all), after the last (gc@last), or after named"
                            + " layers (gc@res1,res2). Fields of the block follow its name: latentgnn:d=16,channelStride=2@last."
                            + " The block may also be a spec's file. Can be repeated.")
    private List<String> insertions = List.of();

    private final Set<String> inserted = new LinkedHashSet<>();

    /** Whether a network is given. */
    public boolean given() {
        return file != null;
    }

    /** The file of the network, if there is one. */
    @Nullable
    public Path file() {
        return file;
    }

    /** The network with the inserted blocks. */
    public Network network(Console console) {
        Path path = file;
        if (path == null) {
            throw console.usage("no network given, expected --network");
        }
        Network network = Network.load(path);
        List<String> own = network.layers().paths();
        for (String insertion : insertions) {
            Network before = network;
            network = SpecException.placed("--insert " + insertion, () -> insert(before, insertion));
        }
        inserted.clear();
        inserted.addAll(network.layers().paths());
        inserted.removeAll(own);
        return network;
    }

    /**
     * As {@link #network}, with a loss.
     *
     * @throws SpecException when the spec has none, naming the file
     */
    public Network learned(Console console) {
        Network network = network(console);
        SpecException.placed(String.valueOf(file), network::mustHaveLoss);
        return network;
    }

    /**
     * As {@link #network}, with a loss and an optimizer.
     *
     * @throws SpecException when the spec lacks one, naming the file
     */
    public Network trained(Console console) {
        Network network = learned(console);
        SpecException.placed(String.valueOf(file), network::mustHaveOptimizer);
        return network;
    }

    /** The names of the layers that {@code --insert} put into the last network, with the names around them. */
    public Set<String> inserted() {
        return Collections.unmodifiableSet(inserted);
    }

    /** Refuses {@code --insert} without a network. */
    public void check(Console console) {
        if (file == null && !insertions.isEmpty()) {
            throw console.usage("--insert needs --network");
        }
    }

    private static Network insert(Network network, String text) {
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
        for (String field : parts.length == 1 ? new String[0] : parts[1].split(",")) {
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
            if (own.contains(pair[0]) && !spec.get(pair[0]).equals(SpecOptions.value(pair[1]))) {
                throw new SpecException(
                        "%s contradicts %s, which stands for %s".formatted(field, parts[0], named.spec()));
            }
            if (pair[0].equals("d") && named.latent()) {
                spec.setAll(named.latent(List.of(number(pair[1]))));
            } else {
                spec.set(pair[0], SpecOptions.value(pair[1]));
            }
        }
        return BlockSpec.parse(spec);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new SpecException("d=%s, expected a whole number of at least 1".formatted(text));
        }
    }
}
