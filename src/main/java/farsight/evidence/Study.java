package farsight.evidence;

import farsight.block.spec.SpecException;
import farsight.data.TextInput;
import farsight.network.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A comparison: every variant in every setting, with several seeds.
 *
 * @param name of its folder
 * @param title one short line
 * @param question that it answers
 * @param settings rows of trials; at least one
 * @param variants compared; at least one
 * @param seeds how many, 1 to 31: seeds 1, 2, …
 * @param heldOut batches of the evaluation
 * @param inspected whether the first block of a trained network is inspected
 * @param claims tested by the results
 * @param missing what settings could not be read because files of theirs are not there; empty unless that was allowed
 */
public record Study(
        String name,
        String title,
        String question,
        List<Setting> settings,
        List<Variant> variants,
        int seeds,
        long heldOut,
        boolean inspected,
        List<Claim> claims,
        List<String> missing) {

    private static final int LONGEST = 1 << 20;

    /** Copies the lists. */
    public Study {
        settings = List.copyOf(settings);
        variants = List.copyOf(variants);
        claims = List.copyOf(claims);
        missing = List.copyOf(missing);
    }

    /**
     * How to read a study.
     *
     * @param quick in its short form: the fields of {@code quick} replace its own
     * @param skipMissing whether a setting whose files are not there is left out, rather than an error
     */
    public record Reading(boolean quick, boolean skipMissing) {}

    /**
     * Reads a study's file. Networks are files beside it.
     *
     * @throws farsight.data.DataException when it, or a file it names, cannot be read
     * @throws SpecException when it holds no valid study, naming the file
     */
    public static Study load(Path file, Reading reading) {
        String text = TextInput.read(file, LONGEST, "a JSON file with a study");
        Path folder = file.toAbsolutePath().getParent();
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
        return SpecException.placed(
                file.toString(), () -> new StudySpec(name, folder == null ? Path.of("") : folder, reading).read(text));
    }

    /** All trials, the first seed of everything before the second. */
    public List<Trial> trials() {
        List<Trial> all = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            for (Pair pair : pairs()) {
                all.add(new Trial(pair, seed));
            }
        }
        return all;
    }

    /** A variant in a setting. */
    public record Pair(Setting setting, Variant variant) {

        /**
         * The setting's network with the variant's blocks.
         *
         * @throws SpecException when a block does not fit its place, naming it
         */
        Network network() {
            return variant.into(setting.network(), setting.places());
        }
    }

    /** A pair with a seed. */
    public record Trial(Pair pair, long seed) {}

    /** Every variant in every setting that takes it, setting by setting. */
    public List<Pair> pairs() {
        return settings.stream()
                .flatMap(s -> variants.stream()
                        .filter(v -> !s.without().contains(v.label()))
                        .map(v -> new Pair(s, v)))
                .toList();
    }
}
