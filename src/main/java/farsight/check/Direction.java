package farsight.check;

/**
 * One direction v in which a tensor was moved.
 *
 * @param claimed ⟨gradient, v⟩ by the gradient that is checked
 * @param slope the same by differences
 */
public record Direction(double claimed, Slope slope) {

    /** |claimed − slope|. */
    public double deviation() {
        return Math.abs(claimed - slope.value());
    }

    /** The larger of both slopes; the claimed one where there are no differences. */
    double magnitude() {
        double difference = Math.abs(slope.value());
        return Double.isNaN(difference) ? Math.abs(claimed) : Math.max(Math.abs(claimed), difference);
    }

    /**
     * What this direction says alone, with e the error of its slope: {@code wrong} where the deviation
     * exceeds allowed + 2e, else {@code ok} where e ≤ allowed, else {@code unclear}.
     *
     * @param allowed the deviation that is tolerated
     */
    Verdict verdict(double allowed) {
        if (Double.isNaN(slope.value())) {
            return Verdict.UNCLEAR;
        }
        // Not the other way round: a claim that is NaN is wrong.
        if (!(deviation() <= allowed + 2 * slope.error())) {
            return Verdict.WRONG;
        }
        return slope.error() <= allowed ? Verdict.OK : Verdict.UNCLEAR;
    }
}
