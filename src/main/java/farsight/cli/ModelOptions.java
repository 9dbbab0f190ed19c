package farsight.cli;

import farsight.block.Block;
import farsight.model.Model;
import farsight.model.Weights;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which block, with which weights. */
final class ModelOptions {

    @Mixin
    private final SpecOptions spec = new SpecOptions();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "The block's parameters, safetensors under their PyTorch names (default: random ones).")
    private @Nullable Path weights;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "",
            description = "What stands before the parameters' names in --weights, for example layer3.gc.")
    private String prefix = "";

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of what is random: weights where none are given, the lifting of images and points"
                    + " (default: 1).")
    private long seed = 1;

    /** The block alone. */
    Block block(Console console) {
        checkPrefix(console);
        return spec.block(console);
    }

    /** Whether it is told which block; else the weights must tell. */
    boolean blockGiven() {
        return spec.given();
    }

    /**
     * A block with its weights; says so when they are random. It takes as much memory as they have: {@link
     * farsight.model.Admission} comes before it.
     */
    Model model(Console console, Block block) {
        if (weights == null) {
            console.note("no --weights given: random ones of seed " + seed);
            return Model.random(block, seed);
        }
        Weights read = Weights.load(block, weights, prefix);
        console.warnOfBroken(weights.toString(), read.nonFinite(), read.elements());
        return new Model(block, read);
    }

    private void checkPrefix(Console console) {
        if (weights == null && !prefix.isEmpty()) {
            throw console.usage("--prefix goes with --weights, and none are given");
        }
    }

    /** What stands before the names in the weights' file; may be empty. */
    String prefix() {
        return prefix;
    }

    /** The file of the weights, if there is one. */
    @Nullable
    Path weightsFile() {
        return weights;
    }

    /** The file of the spec, if there is one. */
    @Nullable
    Path specFile() {
        return spec.file();
    }

    /** Where the weights are from, in words. */
    String weights() {
        return weights == null
                ? "Random weights of seed " + seed + ": they say nothing of a trained block."
                : "Weights of " + weights + (prefix.isEmpty() ? "" : " under " + prefix) + ".";
    }

    /** The seed of everything random. */
    long seed() {
        return seed;
    }
}
