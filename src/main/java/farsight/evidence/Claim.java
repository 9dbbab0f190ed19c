package farsight.evidence;

import java.util.List;
import java.util.Optional;

/**
 * A statement, with the tests of it. A claim without tests says why it cannot be tested here.
 *
 * @param text the statement
 * @param source paper and table, or repository and file
 * @param published figures of the source; empty for none
 * @param tests that all must hold
 * @param untested why it cannot be tested; empty if it is
 * @param conclusion what the results mean to a reader, in a sentence or two; empty for none
 */
public record Claim(
        String text, String source, String published, List<Test> tests, String untested, String conclusion) {

    /** Copies the list. */
    public Claim {
        tests = List.copyOf(tests);
    }

    /** A test of a claim, in each of some settings. */
    public sealed interface Test permits Comparison, Bound {
        /** Labels of the settings. */
        List<String> settings();
    }

    /** How two variants are said to compare. */
    public enum Relation {
        /** The left one is better by more than the margin. */
        BETTER,
        /** The left one is worse by less than the margin. */
        AS_GOOD,
        /** Neither is better by the margin. */
        ALIKE
    }

    /**
     * Two variants, by the difference of a metric of which more is better.
     *
     * @param left label of the variant that the claim is of
     * @param right label of the other
     * @param metric empty for each setting's own
     * @param margin of the relation, in the metric's unit
     */
    public record Comparison(
            String left, Relation relation, String right, Optional<Metric> metric, double margin, List<String> settings)
            implements Test {
        /** Copies the list. */
        public Comparison {
            settings = List.copyOf(settings);
        }
    }

    /**
     * A variant's figure, below or above a bound.
     *
     * @param variant label
     * @param metric empty for each setting's own
     * @param below whether the claim is that the figure is below the bound, not above
     */
    public record Bound(String variant, Optional<Metric> metric, boolean below, double bound, List<String> settings)
            implements Test {
        /** Copies the list. */
        public Bound {
            settings = List.copyOf(settings);
        }
    }
}
