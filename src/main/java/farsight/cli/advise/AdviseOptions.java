package farsight.cli.advise;

import farsight.advise.Candidate;
import farsight.block.NamedBlock;
import farsight.block.Pass;
import farsight.cli.option.BlockChoices;
import farsight.cli.option.PassOption;
import farsight.cli.option.PositionsOption;
import farsight.cli.option.SpecOptions;
import farsight.cli.option.TimeOption;
import farsight.cli.output.Console;
import farsight.sweep.BlockChoice;
import farsight.sweep.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the limits and the blocks to choose from. */
final class AdviseOptions {

    private static final String LATENTS = "16,64";

    @Option(
            names = "--n",
            required = true,
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            description = "Positions: a number, a grid such as 500x500, or a video such as 8x28x28.")
    @SuppressWarnings("NullAway.Init")
    private PositionsOption positions;

    @Option(names = "--channels", paramLabel = "C", defaultValue = "64", description = "Channels C (default: 64).")
    private int channels = 64;

    @Option(
            names = "--d",
            paramLabel = "RANGE",
            description = "Latent nodes d to choose from: numbers, or first:last:xK (default: " + LATENTS + ").")
    private @Nullable String latents;

    @Option(
            names = "--blocks",
            paramLabel = "NAMES",
            split = ",",
            completionCandidates = SpecOptions.Kinds.class,
            description = "Blocks to choose from, as sweep takes them (default: all).")
    private @Nullable List<String> blocks;

    @Option(
            names = "--pass",
            paramLabel = "PASS",
            converter = PassOption.class,
            defaultValue = "both",
            description = "forward, or both (forward and backward) (default: both).")
    private Pass pass = Pass.FORWARD_BACKWARD;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Longest run, for example 50ms, 2s or 800us (default: no limit).")
    private @Nullable Long time;

    @Option(
            names = "--measure",
            paramLabel = "TIME",
            converter = TimeOption.class,
            defaultValue = "20s",
            description = "Time that measuring may take, all blocks together; 0 measures nothing (default: 20s).")
    private long measure = 20_000_000_000L;

    PositionsOption positions() {
        return positions;
    }

    int channels() {
        return channels;
    }

    Pass pass() {
        return pass;
    }

    /** Longest run in nanoseconds; {@link Long#MAX_VALUE} for no limit. */
    long timeNanos() {
        return time == null ? Long.MAX_VALUE : time;
    }

    long measureNanos() {
        return measure;
    }

    /** The blocks to choose from. */
    List<Candidate> candidates(Console console) {
        if (channels < 1) {
            throw console.usage("--channels must be at least 1, not " + channels);
        }
        if (time != null && time == 0) {
            throw console.usage("--time must be more than 0");
        }
        if (time != null && measure == 0) {
            throw console.usage("--time needs measurements, and --measure 0 measures nothing");
        }
        List<BlockChoice> choices = choices(console);
        if (latents != null && choices.stream().noneMatch(BlockChoice::latent)) {
            console.note("--d has no effect: none of these blocks has a d to choose");
        }
        return Candidate.of(choices, channels, latents(console));
    }

    private List<BlockChoice> choices(Console console) {
        try {
            List<String> names = blocks == null ? NamedBlock.names() : blocks;
            return BlockChoices.of(names.stream().map(String::strip).toList());
        } catch (IllegalArgumentException e) {
            throw console.usage("--blocks: " + e.getMessage());
        }
    }

    private List<Integer> latents(Console console) {
        try {
            return Range.parse(latents == null ? LATENTS : latents).stream()
                    .map(Math::toIntExact)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw console.usage("--d: " + e.getMessage());
        } catch (ArithmeticException e) {
            throw console.usage("--d: at most %,d".formatted(Integer.MAX_VALUE));
        }
    }
}
