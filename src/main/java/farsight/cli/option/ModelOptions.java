package farsight.cli.option;

import farsight.block.Block;
import farsight.cli.output.Console;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Network;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the block and its weights. */
public final class ModelOptions {

    @Mixin
    private final SpecOptions spec = new SpecOptions();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "The parameters under their PyTorch names, safetensors (default: random values).")
    private @Nullable Path weights;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Prefix of the parameters' names in --weights, for example layer3.gc.")
    private String prefix = "";

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of random weights if none are given, and of the lifting of images and points"
                    + " (default: 1).")
    private long seed = 1;

    /** The block alone. */
    public Block block(Console console) {
        checkPrefix(console);
        return spec.block(console);
    }

    /** Whether a block is given; otherwise the weights must determine it. */
    public boolean blockGiven() {
        return spec.given();
    }

    /**
     * A block with its weights, with a note if they are random. This allocates the weights, so {@link
     * farsight.model.Admission} must come first.
     */
    public Model model(Console console, Block block) {
        if (weights == null) {
            console.note("no --weights given: using random weights of seed " + seed);
            return Model.random(block, seed);
        }
        Weights read = Weights.load(block, weights, prefix);
        console.warnOfBroken(weights.toString(), read.nonFinite(), read.elements());
        return new Model(block, read);
    }

    /** A network's weights, with a note if they are initial ones. */
    public Weights weights(Console console, Network network) {
        checkPrefix(console);
        if (weights == null) {
            console.note("no --weights given: using initial weights of seed " + seed);
            return Weights.initial(network, seed);
        }
        Weights read = Weights.load(network, weights, prefix);
        console.warnOfBroken(weights.toString(), read.nonFinite(), read.elements());
        return read;
    }

    private void checkPrefix(Console console) {
        if (weights == null && !prefix.isEmpty()) {
            throw console.usage("--prefix needs --weights");
        }
    }

    /** The prefix of the names in the weights' file; may be empty. */
    public String prefix() {
        return prefix;
    }

    /** The file of the weights, if there is one. */
    @Nullable
    public Path weightsFile() {
        return weights;
    }

    /** The file of the spec, if there is one. */
    @Nullable
    public Path specFile() {
        return spec.file();
    }

    /** The source of the weights, as a sentence. */
    public String weights() {
        return weights == null
                ? "Random weights of seed " + seed + ": they say nothing of a trained block."
                : "Weights of " + weights + (prefix.isEmpty() ? "" : " under " + prefix) + ".";
    }

    /** The seed of everything random. */
    public long seed() {
        return seed;
    }
}
