package farsight.check;

/**
 * One direction v in which a tensor was moved.
 *
 * @param claimed ⟨gradient, v⟩ with the claimed gradient
 * @param slope the same by differences
 */
public record Direction(double claimed, Slope slope) {

    /** |claimed − slope|. */
    public double deviation() {
        return Math.abs(claimed - slope.value());
    }

    /** The larger of |claimed| and |slope|; |claimed| where there are no differences. */
    double magnitude() {
        double difference = Math.abs(slope.value());
        return Double.isNaN(difference) ? Math.abs(claimed) : Math.max(Math.abs(claimed), difference);
    }

    /**
     * This direction's verdict alone, with e the error of its slope: {@code wrong} where the deviation exceeds allowed
     * + 2e, else {@code ok} where e ≤ allowed, else {@code unclear}.
     *
     * @param allowed the tolerated deviation
     */
    Verdict verdict(double allowed) {
        if (Double.isNaN(slope.value())) {
            return Verdict.UNCLEAR;
        }
        // Negated, so that a NaN claim is wrong.
        if (!(deviation() <= allowed + 2 * slope.error())) {
            return Verdict.WRONG;
        }
        return slope.error() <= allowed ? Verdict.OK : Verdict.UNCLEAR;
    }
}
