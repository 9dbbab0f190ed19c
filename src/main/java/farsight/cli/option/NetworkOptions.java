package farsight.cli.option;

import farsight.block.spec.SpecException;
import farsight.cli.output.Console;
import farsight.network.BlockText;
import farsight.network.Network;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a network. */
public final class NetworkOptions {

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
            network = SpecException.placed("--insert " + insertion, () -> BlockText.insert(before, insertion));
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
}
