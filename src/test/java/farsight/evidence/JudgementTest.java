package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.evidence.Claim.Bound;
import farsight.evidence.Claim.Comparison;
import farsight.evidence.Claim.Relation;
import farsight.evidence.Judgement.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {

    private static final double[] HIGH = {0.90, 0.91, 0.92, 0.91, 0.90};
    private static final double[] LOW = {0.50, 0.51, 0.52, 0.50, 0.51};
    private static final double[] WILD = {0.20, 0.95, 0.40, 0.99, 0.50};

    private static Claim claim(Claim.Test... tests) {
        return new Claim("a claim", "a source", "", List.of(tests), tests.length == 0 ? "no means" : "", "");
    }

    private static Judgement judge(Map<String, double[]> accuracies, Claim.Test... tests) {
        List<String> settings = accuracies.keySet().stream()
                .map(k -> k.split("/")[0])
                .distinct()
                .sorted()
                .toList();
        return Judgement.of(Studies.results(settings, List.of("gc", "snl"), List.of(claim(tests)), accuracies))
                .getFirst();
    }

    private static Comparison compare(Relation relation, double margin, String... settings) {
        return new Comparison("gc", relation, "snl", Optional.empty(), margin, List.of(settings));
    }

    @ParameterizedTest
    @CsvSource({
        "BETTER, 0, HIGH, LOW, HOLDS",
        "BETTER, 0, LOW, HIGH, FAILS",
        "BETTER, 0, HIGH, HIGH, FAILS",
        "BETTER, 0.5, HIGH, LOW, FAILS",
        "BETTER, 0, WILD, LOW, UNCLEAR",
        "AS_GOOD, 0.02, HIGH, LOW, HOLDS",
        "AS_GOOD, 0.02, HIGH, HIGH, HOLDS",
        "AS_GOOD, 0.02, LOW, HIGH, FAILS",
        "AS_GOOD, 0.02, WILD, HIGH, UNCLEAR",
        "ALIKE, 0.02, HIGH, HIGH, HOLDS",
        "ALIKE, 0.02, HIGH, LOW, FAILS",
        "ALIKE, 0.02, LOW, HIGH, FAILS",
        "ALIKE, 0.02, WILD, HIGH, UNCLEAR",
    })
    void aComparisonIsJudgedByTheIntervalOfItsDifferences(
            Relation relation, double margin, String left, String right, Verdict expected) {
        Map<String, double[]> all = Map.of("HIGH", HIGH, "LOW", LOW, "WILD", WILD);
        Judgement j = judge(Map.of("a/gc", all.get(left), "a/snl", all.get(right)), compare(relation, margin, "a"));
        // A difference of exactly nothing is not better than nothing.
        boolean equal = relation == Relation.BETTER && left.equals(right);
        assertThat(j.verdict()).isEqualTo(equal ? Verdict.UNCLEAR : expected);
    }

    @Test
    void differencesAreTakenSeedBySeed() {
        // Seeds differ far more than the variants of one seed.
        double[] left = {0.21, 0.51, 0.91, 0.41, 0.71};
        double[] right = {0.20, 0.50, 0.90, 0.40, 0.70};
        assertThat(judge(Map.of("a/gc", left, "a/snl", right), compare(Relation.BETTER, 0, "a"))
                        .verdict())
                .isEqualTo(Verdict.HOLDS);
    }

    @Test
    void aClaimThatSettingsDisagreeOnDepends() {
        Judgement j = judge(
                Map.of("a/gc", HIGH, "a/snl", LOW, "b/gc", LOW, "b/snl", HIGH), compare(Relation.BETTER, 0, "a", "b"));
        assertThat(j.verdict()).isEqualTo(Verdict.DEPENDS);
        assertThat(j.findings())
                .extracting(Judgement.Finding::setting, Judgement.Finding::verdict)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", Verdict.HOLDS),
                        org.assertj.core.groups.Tuple.tuple("b", Verdict.FAILS));
    }

    @Test
    void aSeedThatDivergedIsLeftOutOfTheDifferences() {
        double[] some = {0.90, Double.NaN, 0.92, 0.91, 0.90};
        Judgement j = judge(Map.of("a/gc", some, "a/snl", LOW), compare(Relation.BETTER, 0, "a"));
        assertThat(j.findings().getFirst().figure().count()).isEqualTo(4);
    }

    @Test
    void aBoundIsJudgedByTheInterval() {
        Map<String, double[]> all = Map.of("a/gc", HIGH, "a/snl", WILD);
        assertThat(verdict(all, "gc", false, 0.8)).isEqualTo(Verdict.HOLDS);
        assertThat(verdict(all, "gc", true, 0.8)).isEqualTo(Verdict.FAILS);
        assertThat(verdict(all, "gc", true, 0.95)).isEqualTo(Verdict.HOLDS);
        assertThat(verdict(all, "snl", true, 0.6)).isEqualTo(Verdict.UNCLEAR);
    }

    private static Verdict verdict(Map<String, double[]> all, String variant, boolean below, double bound) {
        return judge(all, new Bound(variant, Optional.empty(), below, bound, List.of("a")))
                .verdict();
    }

    @Test
    void aClaimWithoutTestsSaysThatItCannotBeTested() {
        assertThat(judge(Map.of("a/gc", HIGH, "a/snl", LOW)).verdict()).isEqualTo(Verdict.UNTESTED);
    }
}
