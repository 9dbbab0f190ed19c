package farsight.evidence;

import farsight.evidence.Study.Pair;
import farsight.evidence.Study.Trial;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import farsight.task.Task;
import farsight.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Studies for tests. */
public final class Studies {

    public static final String NETWORK = """
            {"network": "sequential", "input": [5, 8, 8], "layers": [
             {"layer": "conv", "name": "c1", "out": 8, "kernel": 3, "padding": 1},
             {"layer": "batchnorm", "name": "bn"}, {"layer": "relu"},
             {"layer": "conv", "name": "head", "out": 2, "kernel": 1}],
             "loss": {"type": "cross_entropy", "ignore_label": 255},
             "optimizer": {"type": "adam", "lr": 0.01}}
            """;

    private Studies() {}

    /** A study's file, with its network beside it, that takes a moment. */
    public static Path small(Path folder) {
        return small(folder, "0.5");
    }

    /** As above with another ratio of one variant. */
    static Path small(Path folder, String ratio) {
        return write(folder, """
                {"title": "A small study", "question": "Does it run?", "seeds": 2, "held_out": 2, "inspect": true,
                 "settings": [{"label": "recall", "need": "query", "network": "net.json", "batch": 4, "steps": 6,
                   "task": "recall:size=8,keys=2,values=2,queries=3,distance=2"}],
                 "variants": [{"label": "no block"}, {"label": "NL", "insert": ["nonlocal@last"]},
                   {"label": "GC", "insert": ["gc:ratio=%s@last"]}],
                 "claims": [{"claim": "NL is better.", "source": "nobody",
                   "tests": [{"left": "NL", "relation": "better", "right": "no block"}]}]}
                """.formatted(ratio));
    }

    /** A study's file with this text. */
    static Path write(Path folder, String text) {
        try {
            Files.writeString(folder.resolve("net.json"), NETWORK);
            return Files.writeString(folder.resolve("small.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Study load(Path file) {
        return Study.load(file, new Study.Reading(false, false));
    }

    /**
     * Results that say what a test wants.
     *
     * @param accuracies of each variant in each setting, by {@code setting/variant}, one per seed; NaN diverged
     */
    public static StudyResults results(
            List<String> settings, List<String> variants, List<Claim> claims, Map<String, double[]> accuracies) {
        Network network = NetworkSpec.parse(NETWORK);
        Task task = Tasks.parse("recall:size=8,keys=2,values=2,queries=3,distance=2");
        int seeds = accuracies.values().iterator().next().length;
        Study study = new Study(
                "made",
                "A made study",
                "What do the rules say?",
                settings.stream()
                        .map(s -> new Setting(
                                s,
                                "query",
                                task,
                                "",
                                network,
                                Metric.ACCURACY,
                                4,
                                6,
                                OptionalDouble.empty(),
                                OptionalLong.empty(),
                                Map.of(),
                                List.of()))
                        .toList(),
                variants.stream()
                        .map(v -> new Variant(v, v.equals("none") ? List.of() : List.of(v + "@last")))
                        .toList(),
                seeds,
                2,
                false,
                claims,
                List.of());
        Map<Pair, TrialCost> costs = new HashMap<>();
        Map<Trial, TrialResult> trials = new HashMap<>();
        for (Pair p : study.pairs()) {
            costs.put(p, new TrialCost(100, 4, 6, 1 << 20, 2_000_000, 1_000_000));
            double[] values =
                    accuracies.get(p.setting().label() + "/" + p.variant().label());
            for (int seed = 1; seed <= seeds; seed++) {
                double value = values[seed - 1];
                trials.put(
                        new Trial(p, seed),
                        Double.isNaN(value)
                                ? new TrialResult(TrialResult.Status.DIVERGED, Map.of())
                                : new TrialResult(TrialResult.Status.OK, Map.of(Metric.ACCURACY, value)));
            }
        }
        return new StudyResults(study, costs, trials);
    }
}
