package farsight.check;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The result for one tensor. A slope is L's derivative when the tensor moves by a random v of its own norm (of norm √n
 * where that is 0). So a step of 0.01 changes the tensor by one part in a hundred, and slopes of different tensors
 * compare.
 *
 * @param name of the tensor
 * @param elements floats
 * @param verdict by vote of the directions
 * @param directions each
 */
public record TensorCheck(String name, long elements, Verdict verdict, List<Direction> directions) {

    /** Copies the list. */
    public TensorCheck {
        directions = List.copyOf(directions);
    }

    /**
     * The directions vote: {@code wrong} where more of them are wrong than ok, else {@code ok} where at least half are
     * ok, else {@code unclear}. So a single direction across a kink decides nothing.
     *
     * @param allZero whether the claimed gradient is 0 in every element
     * @param tolerance part of the slope's size that a deviation may have
     * @param largest the largest slope of any tensor. A gradient counts as 0 only where the differences would have
     *     detected this slope times the tolerance
     */
    static TensorCheck judge(
            String name, long elements, List<Direction> directions, boolean allZero, double tolerance, double largest) {
        // By the size of all directions: a direction that is orthogonal to the gradient has a slope near 0.
        double allowed = tolerance * (allZero ? largest : magnitude(directions));
        List<Verdict> votes =
                directions.stream().map(d -> vote(d, allowed, allZero)).toList();
        long wrong = votes.stream().filter(v -> v == Verdict.WRONG).count();
        long ok = votes.stream().filter(v -> v == Verdict.OK).count();
        Verdict agreed = allZero ? Verdict.ZERO : Verdict.OK;
        Verdict verdict = wrong > ok ? Verdict.WRONG : 2 * ok >= votes.size() ? agreed : Verdict.UNCLEAR;
        return new TensorCheck(name, elements, verdict, directions);
    }

    private static Verdict vote(Direction d, double allowed, boolean allZero) {
        // For an exact 0 only the differences' own error is tolerated.
        return allZero && d.deviation() > 2 * d.slope().error() ? Verdict.WRONG : d.verdict(allowed);
    }

    /** Root mean square over directions of the larger of both slopes. */
    static double magnitude(List<Direction> directions) {
        return rms(directions, Direction::magnitude);
    }

    /**
     * The median of the directions' deviations, relative to the slopes' size; NaN where both are 0. The median, because
     * one direction across a kink may be far off.
     */
    public double relativeError() {
        return median(directions, Direction::deviation) / magnitude(directions);
    }

    /** The rounding error of the differences, relative to the slopes' size. */
    public double relativeNoise() {
        return rms(directions, d -> d.slope().noise()) / magnitude(directions);
    }

    /** The step taken, relative to the tensor's norm: the median over the directions. */
    public double step() {
        return median(directions, d -> d.slope().step());
    }

    private static double median(List<Direction> directions, ToDoubleFunction<Direction> value) {
        double[] values = directions.stream().mapToDouble(value).toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double rms(List<Direction> directions, ToDoubleFunction<Direction> value) {
        return Math.sqrt(
                directions.stream().mapToDouble(value).map(v -> v * v).average().orElse(Double.NaN));
    }
}
