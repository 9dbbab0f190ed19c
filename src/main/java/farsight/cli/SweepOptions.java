package farsight.cli;

import farsight.block.Pass;
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

/** What a sweep measures: blocks, sizes and passes. */
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
                    "Blocks, separated by commas: ${COMPLETION-CANDIDATES}, as --block names them elsewhere, or paths of"
                            + " specs that end in .json; a spec is called as its file, or as the folder of a block.json."
                            + " gc has the paper's ratio 1/16, gc-r4 has 1/4, as in the presets.")
    private @Nullable List<String> blocks;

    @Option(
            names = "--n",
            paramLabel = "RANGE",
            description = "Positions N: numbers, first:last:xK or first:last:+K, HxW; with commas between.")
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

    /** A preset's own, where its blocks and sizes are swept; else what is compared. */
    String title(SweepPlan plan) {
        return blocks == null && positions == null
                ? chosen().title()
                : Report.title(plan.blocks().stream().map(BlockChoice::label).toList());
    }

    /** The name of the preset that was asked for, or nothing. */
    String preset() {
        return preset == null ? "" : preset;
    }

    private Preset chosen() {
        return preset == null ? DEFAULTS : Preset.valueOf(preset.toUpperCase(Locale.ROOT));
    }

    /**
     * What is to be measured.
     *
     * @param budget bytes at most
     * @param nanos of a run, at most
     * @param console where notes go, and who says what is wrong
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

    /** Sizes that no block takes are a mistake; where some do not take them, it is said. */
    private void checkSizesApply(List<BlockChoice> choices, Console console) {
        String fixed = choices.stream()
                .filter(BlockChoice::fixed)
                .map(BlockChoice::label)
                .collect(Collectors.joining(", "));
        boolean allFixed = choices.stream().allMatch(BlockChoice::fixed);
        boolean someLatent = choices.stream().anyMatch(BlockChoice::latent);
        if (allFixed && (channels != null || latents != null)) {
            throw console.usage("%s has no effect: a spec file says C and d itself, and --blocks names nothing else"
                    .formatted(channels != null ? "--channels" : "--d"));
        }
        if (latents != null && !someLatent) {
            console.note("--d has no effect: none of these blocks takes it");
        }
        if (!fixed.isEmpty() && (channels != null || (latents != null && someLatent))) {
            console.note("%s: C and d are those of the spec, whatever --channels and --d say".formatted(fixed));
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
                throw console.usage(
                        "%s: the most is %,d, not %,d".formatted(option, Integer.MAX_VALUE, values.getLast()));
            }
            return values;
        } catch (IllegalArgumentException e) {
            throw console.usage(option + ": " + e.getMessage());
        }
    }

    private List<Pass> passes(Console console) {
        return switch (pass) {
            case "forward" -> List.of(Pass.FORWARD);
            case "both" -> List.of(Pass.BOTH);
            case "each" -> List.of(Pass.FORWARD, Pass.BOTH);
            default -> throw console.usage("--pass '" + pass + "' is none of forward, both, each");
        };
    }
}
