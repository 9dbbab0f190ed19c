package farsight.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A claim before the results.
 *
 * @param findings of its tests, setting by setting
 */
public record Judgement(Claim claim, Verdict verdict, List<Finding> findings) {

    /** What a claim or one finding comes to. */
    public enum Verdict {
        HOLDS("holds"),
        FAILS("does not hold here"),
        DEPENDS("depends"),
        UNCLEAR("unclear"),
        UNTESTED("cannot be tested here");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        /** In words. */
        public String text() {
            return text;
        }
    }

    /**
     * A test in one setting.
     *
     * @param metric of the figure
     * @param figure the difference of two variants, left less right, seed by seed; or a variant's own figure
     */
    public record Finding(String setting, Claim.Test test, Metric metric, Estimate figure, Verdict verdict) {}

    /** Copies the list. */
    public Judgement {
        findings = List.copyOf(findings);
    }

    /** Judges all claims of a study. */
    public static List<Judgement> of(StudyResults results) {
        return results.study().claims().stream().map(c -> of(c, results)).toList();
    }

    private static Judgement of(Claim claim, StudyResults results) {
        List<Finding> findings = new ArrayList<>();
        for (Claim.Test test : claim.tests()) {
            for (String setting : test.settings()) {
                switch (test) {
                    case Claim.Comparison c -> compare(c, setting, results).ifPresent(findings::add);
                    case Claim.Bound b -> bound(b, setting, results).ifPresent(findings::add);
                }
            }
        }
        return new Judgement(claim, verdict(claim, findings), findings);
    }

    private static Verdict verdict(Claim claim, List<Finding> findings) {
        if (claim.tests().isEmpty() || findings.isEmpty()) {
            return Verdict.UNTESTED;
        }
        List<Verdict> all = findings.stream().map(Finding::verdict).distinct().toList();
        return all.size() == 1 ? all.getFirst() : Verdict.DEPENDS;
    }

    private static Optional<Finding> compare(Claim.Comparison c, String setting, StudyResults results) {
        Optional<Study.Pair> left = results.pair(setting, c.left());
        Optional<Study.Pair> right = results.pair(setting, c.right());
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        Metric metric = c.metric().orElse(left.get().setting().metric());
        List<Double> a = results.values(left.get(), metric);
        List<Double> b = results.values(right.get(), metric);
        List<Double> differences = IntStream.range(0, a.size())
                .mapToObj(i -> a.get(i) - b.get(i))
                .filter(d -> !Double.isNaN(d))
                .toList();
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        Estimate e = Estimate.of(differences);
        double m = c.margin();
        Verdict verdict = switch (c.relation()) {
            case BETTER -> verdict(e.low() > m, e.high() < m);
            case AS_GOOD -> verdict(e.low() > -m, e.high() < -m);
            case ALIKE -> verdict(e.low() > -m && e.high() < m, e.low() > m || e.high() < -m);
        };
        return Optional.of(new Finding(setting, c, metric, e, verdict));
    }

    private static Optional<Finding> bound(Claim.Bound b, String setting, StudyResults results) {
        return results.pair(setting, b.variant()).flatMap(pair -> {
            Metric metric = b.metric().orElse(pair.setting().metric());
            return results.estimate(pair, metric)
                    .map(e -> new Finding(
                            setting,
                            b,
                            metric,
                            e,
                            b.below()
                                    ? verdict(e.high() < b.bound(), e.low() > b.bound())
                                    : verdict(e.low() > b.bound(), e.high() < b.bound())));
        });
    }

    private static Verdict verdict(boolean holds, boolean fails) {
        return holds ? Verdict.HOLDS : fails ? Verdict.FAILS : Verdict.UNCLEAR;
    }
}
