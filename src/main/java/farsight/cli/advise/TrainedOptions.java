package farsight.cli.advise;

import farsight.advise.Ranks;
import farsight.block.Block;
import farsight.cli.option.InputOptions;
import farsight.cli.option.SizeOptions;
import farsight.cli.output.Console;
import farsight.engine.Engine;
import farsight.inspect.Inspection;
import farsight.inspect.Inspector;
import farsight.inspect.Queries;
import farsight.model.Admission;
import farsight.model.Input;
import farsight.model.Model;
import farsight.model.SpecFile;
import farsight.model.SpecGuess;
import farsight.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for a trained block whose affinity tells which d could hold it. */
final class TrainedOptions {

    private static final long SEED = 1;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "A trained block, such as nonlocal or latentgnn: with --input, which d could hold its affinity.")
    private @Nullable Path weights;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Prefix of the parameters' names in --weights, for example layer3.nl.")
    private String prefix = "";

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description = "The trained block's JSON spec (default: guessed from the tensors' names and shapes).")
    private @Nullable Path spec;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "The features that the trained block sees: safetensors with a tensor x, an image, or a point"
                    + " cloud.")
    private @Nullable Path input;

    @Mixin
    private final SizeOptions size = new SizeOptions();

    /**
     * The ranks of a trained block's affinities.
     *
     * @param block the block
     * @param what names the weights and the features
     * @param ranks one for each affinity that has a spectrum
     * @param notes on what was sampled
     */
    record Trained(Block block, String what, List<Ranks> ranks, List<String> notes) {}

    /** Refuses options that lack each other. */
    void check(Console console) {
        if ((weights == null) != (input == null)) {
            throw console.usage(
                    weights == null
                            ? "--input needs --weights, the trained block to run on it"
                            : "--weights needs --input, the features to run it on");
        }
        if (weights == null && (spec != null || !prefix.isEmpty() || size.given())) {
            throw console.usage((spec != null ? "--spec" : !prefix.isEmpty() ? "--prefix" : "--size or --positions")
                    + " needs --weights and --input");
        }
    }

    /** Runs the trained block once, if one is given. */
    Optional<Trained> trained(Console console, Engine engine, long budget) {
        Path file = weights;
        Path features = input;
        if (file == null || features == null) {
            return Optional.empty();
        }
        SpecGuess guess = spec == null ? guess(console, file) : null;
        Block block = guess == null ? SpecFile.read(spec == null ? file : spec) : guess.block();
        String at = guess == null ? prefix : guess.prefix();
        try (Input x = InputOptions.open(console, features, block, SEED, size.size(console), budget)) {
            Admission.checkInspected(block, engine, x.what(), x.shape(), budget);
            Model model = new Model(block, Weights.load(block, file, at));
            Inspection found = Inspector.inspect(
                    model,
                    engine,
                    x.what(),
                    x.origin(),
                    x,
                    new Inspector.Settings(Queries.spread(1), List.of(), 0, budget, SEED));
            return Optional.of(new Trained(block, file + " on " + x.what(), Ranks.of(found), found.notes()));
        }
    }

    private SpecGuess guess(Console console, Path file) {
        List<SpecGuess> found = SpecGuess.find(file, prefix);
        if (found.size() > 1) {
            throw console.usage("%s holds %d blocks: --prefix picks one of %s"
                    .formatted(
                            file,
                            found.size(),
                            found.stream().map(SpecGuess::prefix).collect(Collectors.joining(", "))));
        }
        return found.getFirst();
    }
}
