package farsight.cli;

import farsight.block.Pass;
import farsight.cli.option.BlockChoices;
import farsight.cli.option.SpecOptions;
import farsight.cli.output.Console;
import farsight.report.Report;
import farsight.sweep.BlockChoice;
import farsight.sweep.Preset;
import farsight.sweep.Range;
import farsight.sweep.SweepPlan;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the blocks, sizes and passes of a sweep. */
final class SweepOptions {

    private static final Preset DEFAULTS = Preset.QUICK;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Values for the options below: quick (the default), or talk, which reproduces the claim that"
                    + " a full affinity over 500x500 positions takes 500 GB in float64 (250 GB in float32, as here).")
    private @Nullable String preset;

    @Option(
            names = "--blocks",
            paramLabel = "NAMES",
            split = ",",
            completionCandidates = SpecOptions.Kinds.class,
            description =
                    "Blocks, separated by commas: ${COMPLETION-CANDIDATES}, or paths of specs that end in .json. A spec is"
                            + " named after its file, or after the folder of a block.json. gc has the paper's ratio 1/16, gc-r4"
                            + " has 1/4.")
    private @Nullable List<String> blocks;

    @Option(
            names = "--n",
            paramLabel = "RANGE",
            description = "Positions N: numbers, first:last:xK, first:last:+K or HxW, separated by commas.")
    private @Nullable String positions;

    @Option(names = "--d", paramLabel = "RANGE", description = "Latent nodes d, written like --n.")
    private @Nullable String latents;

    @Option(names = "--channels", paramLabel = "C", description = "Channels C (default: 64).")
    private @Nullable Integer channels;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "1", description = "Batch B (default: 1).")
    private int batch = 1;

    @Option(
            names = "--pass",
            paramLabel = "PASS",
            defaultValue = "both",
            description = "forward, both (forward and backward), or each (one after the other) (default: both).")
    private String pass = "both";

    /** The preset's title if its blocks and sizes are swept; otherwise names what is compared. */
    String title(SweepPlan plan) {
        return blocks == null && positions == null
                ? chosen().title()
                : Report.title(plan.blocks().stream().map(BlockChoice::label).toList());
    }

    /** The name of the requested preset, or empty. */
    String preset() {
        return preset == null ? "" : preset;
    }

    private Preset chosen() {
        return preset == null ? DEFAULTS : Preset.valueOf(preset.toUpperCase(Locale.ROOT));
    }

    /**
     * The plan of the sweep.
     *
     * @param budget most bytes
     * @param nanos most nanoseconds per run
     * @param console for notes and usage errors
     */
    SweepPlan plan(long budget, long nanos, long seed, Console console) {
        if (preset != null && !Preset.names().contains(preset)) {
            throw console.usage("--preset '" + preset + "' is none of " + String.join(", ", Preset.names()));
        }
        Preset chosen = chosen();
        List<String> names = blocks == null ? List.of(chosen.blocks().split(",")) : blocks;
        int c = channels == null ? chosen.channels() : channels;
        if (c < 1 || batch < 1) {
            throw console.usage(
                    (c < 1 ? "--channels must be at least 1, not " + c : "--batch must be at least 1, not " + batch));
        }
        List<BlockChoice> choices = choices(names, console);
        checkSizesApply(choices, console);
        return new SweepPlan(
                choices,
                range("--n", positions == null ? chosen.positions() : positions, console),
                range("--d", latents == null ? chosen.latents() : latents, console),
                c,
                batch,
                passes(console),
                budget,
                nanos,
                seed);
    }

    /** Refuses sizes that no block uses, and notes blocks that ignore them. */
    private void checkSizesApply(List<BlockChoice> choices, Console console) {
        String fixed = choices.stream()
                .filter(BlockChoice::fixed)
                .map(BlockChoice::label)
                .collect(Collectors.joining(", "));
        boolean allFixed = choices.stream().allMatch(BlockChoice::fixed);
        boolean someLatent = choices.stream().anyMatch(BlockChoice::latent);
        if (allFixed && (channels != null || latents != null)) {
            throw console.usage("%s has no effect: --blocks names only spec files, which set C and d"
                    .formatted(channels != null ? "--channels" : "--d"));
        }
        if (latents != null && !someLatent) {
            console.note("--d has no effect: none of these blocks has a d");
        }
        if (!fixed.isEmpty() && (channels != null || (latents != null && someLatent))) {
            console.note("%s: C and d come from the spec; --channels and --d have no effect on it".formatted(fixed));
        }
    }

    private static List<BlockChoice> choices(List<String> names, Console console) {
        try {
            return BlockChoices.of(names.stream().map(String::strip).toList());
        } catch (IllegalArgumentException e) {
            throw console.usage("--blocks: " + e.getMessage());
        }
    }

    private static List<Long> range(String option, String text, Console console) {
        try {
            List<Long> values = Range.parse(text);
            if (values.getLast() > Integer.MAX_VALUE) {
                throw console.usage("%s: at most %,d, not %,d".formatted(option, Integer.MAX_VALUE, values.getLast()));
            }
            return values;
        } catch (IllegalArgumentException e) {
            throw console.usage(option + ": " + e.getMessage());
        }
    }

    private List<Pass> passes(Console console) {
        return switch (pass) {
            case "forward" -> List.of(Pass.FORWARD);
            case "both" -> List.of(Pass.FORWARD_BACKWARD);
            case "each" -> List.of(Pass.FORWARD, Pass.FORWARD_BACKWARD);
            default -> throw console.usage("--pass '" + pass + "' is none of forward, both, each");
        };
    }
}
