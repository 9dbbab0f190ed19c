package farsight.evidence;

import farsight.block.spec.Checks;
import farsight.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The tables of a study's folder: {@code costs.csv} of each variant in each setting, {@code runs.csv} of each trial. */
final class StudyTables {

    static final String COSTS = "costs.csv";
    static final String RUNS = "runs.csv";

    private static final List<String> COST_COLUMNS = List.of(
            "setting",
            "variant",
            "fingerprint",
            "parameters",
            "batch",
            "steps",
            "step_bytes",
            "step_median_ns",
            "step_min_ns");

    private static final List<String> RUN_COLUMNS = columns();

    private final Path folder;
    private final Map<String, List<String>> costs = new HashMap<>();
    private final Map<String, List<String>> runs = new HashMap<>();

    /**
     * Reads what is there.
     *
     * @param others folders of other studies on the same device; what they found of the same pairs and trials counts
     */
    StudyTables(Path folder, List<Path> others) {
        this.folder = folder;
        others.forEach(this::read);
        read(folder);
    }

    private void read(Path from) {
        ResultLog.read(from.resolve(COSTS), COST_COLUMNS).forEach(l -> costs.put(l.get(2), l));
        ResultLog.read(from.resolve(RUNS), RUN_COLUMNS).forEach(l -> runs.put(l.get(2), l));
    }

    private static List<String> columns() {
        List<String> all = new ArrayList<>(List.of("setting", "variant", "fingerprint", "seed", "status"));
        Arrays.stream(Metric.values()).map(Metric::id).forEach(all::add);
        return List.copyOf(all);
    }

    /** The cost of a pair, if it was measured. */
    Optional<TrialCost> cost(Study.Pair pair) {
        List<String> l = costs.get(Fingerprint.of(pair));
        return l == null
                ? Optional.empty()
                : Optional.of(new TrialCost(
                        number(COSTS, l.get(3)),
                        number(COSTS, l.get(4)),
                        number(COSTS, l.get(5)),
                        number(COSTS, l.get(6)),
                        number(COSTS, l.get(7)),
                        number(COSTS, l.get(8))));
    }

    private long number(String table, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new DataException("%s holds '%s', expected a whole number".formatted(folder.resolve(table), text), e);
        }
    }

    /** The result of a trial, if it ended. */
    Optional<TrialResult> result(String fingerprint) {
        List<String> l = runs.get(fingerprint);
        if (l == null) {
            return Optional.empty();
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        for (Metric m : Metric.values()) {
            String text = l.get(RUN_COLUMNS.indexOf(m.id()));
            if (!text.isEmpty()) {
                figures.put(m, figure(text));
            }
        }
        boolean ok = l.get(4).equals(Checks.word(TrialResult.Status.OK));
        return Optional.of(new TrialResult(ok ? TrialResult.Status.OK : TrialResult.Status.DIVERGED, figures));
    }

    private double figure(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new DataException("%s holds '%s', expected a number".formatted(folder.resolve(RUNS), text), e);
        }
    }

    /** Opens the table of costs with the lines of the study's pairs alone, in their order. */
    ResultLog costLog(Study study) {
        return ResultLog.open(
                folder.resolve(COSTS),
                COST_COLUMNS,
                study.pairs().stream()
                        .flatMap(p -> labelled(p, costs.get(Fingerprint.of(p))).stream())
                        .toList());
    }

    /**
     * Opens the table of trials with the lines of some trials alone.
     *
     * @param fingerprints of the trials, in order
     */
    ResultLog runLog(SequencedMap<Study.Trial, String> fingerprints) {
        List<List<String>> lines = new ArrayList<>();
        fingerprints.forEach(
                (t, f) -> lines.addAll(labelled(t.pair(), runs.get(f)).stream().toList()));
        return ResultLog.open(folder.resolve(RUNS), RUN_COLUMNS, lines);
    }

    /** A line with the labels that this study has for it. */
    private static Optional<List<String>> labelled(Study.Pair pair, @Nullable List<String> line) {
        if (line == null) {
            return Optional.empty();
        }
        List<String> own = new ArrayList<>(line);
        own.set(0, pair.setting().label());
        own.set(1, pair.variant().label());
        return Optional.of(own);
    }

    /** Adds a cost. */
    void add(ResultLog log, Study.Pair pair, TrialCost c) {
        List<String> line = List.of(
                pair.setting().label(),
                pair.variant().label(),
                Fingerprint.of(pair),
                String.valueOf(c.parameters()),
                String.valueOf(c.batch()),
                String.valueOf(c.steps()),
                String.valueOf(c.bytes()),
                String.valueOf(c.medianNanos()),
                String.valueOf(c.minNanos()));
        costs.put(line.get(2), line);
        log.add(line);
    }

    /** Adds a result. */
    synchronized void add(ResultLog log, Study.Trial trial, String fingerprint, TrialResult r) {
        List<String> line = new ArrayList<>(List.of(
                trial.pair().setting().label(),
                trial.pair().variant().label(),
                fingerprint,
                String.valueOf(trial.seed()),
                Checks.word(r.status())));
        for (Metric m : Metric.values()) {
            Double figure = r.figures().get(m);
            line.add(figure == null || Double.isNaN(figure) ? "" : String.format(Locale.ROOT, "%.6g", figure));
        }
        runs.put(fingerprint, line);
        log.add(line);
    }
}
