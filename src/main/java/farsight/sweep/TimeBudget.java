package farsight.sweep;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses points that would take too long, by what the points before took. A run is taken to have a part that does not
 * grow, launching kernels and waking threads, and one that grows with its operations: where a device tells the time in
 * its kernels, that is the growing part; elsewhere two points tell the parts apart, and a single one is all growth but for a
 * millisecond. The fastest runs count: the others tell of the machine's other work.
 */
final class TimeBudget {

    /** Of a time without an account of kernels so much can be constant at most: two noisy points may not rise at all. */
    private static final double MOST_CONSTANT = 0.75;

    /** What waking threads and the like takes at most of a run in the JVM. */
    private static final double MOST_LAUNCHING_NANOS = 1e6;

    private final long mostNanos;

    /** The last points that ran of each block, pass and device: one, or two with different operations. */
    private final Map<List<Object>, List<Point>> before = new HashMap<>();

    private final boolean alike;

    /**
     * @param mostNanos a run may take; {@link Long#MAX_VALUE} for any time
     * @param alike whether a point on one device tells as much of all others
     */
    TimeBudget(long mostNanos, boolean alike) {
        this.mostNanos = mostNanos;
        this.alike = alike;
    }

    private List<Object> line(SweepPlan.Visit v, String device) {
        return List.of(v.label(), v.pass(), alike ? "" : device);
    }

    /** Remembers a point that ran. */
    void ran(SweepPlan.Visit visit, Point point) {
        if (point.flops() > 0) {
            before.merge(
                    line(visit, point.device()),
                    List.of(point),
                    (old, now) -> old.getLast().flops() == point.flops() ? now : List.of(old.getLast(), point));
        }
    }

    /** Why a point of so many operations would take too long, if it would. */
    Optional<String> refusal(SweepPlan.Visit visit, String device, long flops) {
        List<Point> known = before.getOrDefault(line(visit, device), List.of());
        if (known.isEmpty() || mostNanos == Long.MAX_VALUE) {
            return Optional.empty();
        }
        Point last = known.getLast();
        double growth = (double) flops / last.flops();
        double constant = constant(known);
        double nanos = constant + (last.minNanos() - constant) * growth;
        return nanos <= mostNanos
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "would take about %.3g s a run, at the rate of N = %,d; the limit is %.3g s",
                        nanos / 1e9,
                        last.positions(),
                        mostNanos / 1e9));
    }

    /** What of the last point's time does not grow. */
    private static double constant(List<Point> known) {
        Point last = known.getLast();
        if (last.kernelNanos() >= 0) {
            return Math.max(0, last.minNanos() - last.kernelNanos());
        }
        if (known.size() < 2) {
            return Math.min(MOST_LAUNCHING_NANOS, MOST_CONSTANT * last.minNanos());
        }
        Point first = known.getFirst();
        double rate = (double) (last.minNanos() - first.minNanos()) / (last.flops() - first.flops());
        double constant = last.minNanos() - rate * last.flops();
        return Math.clamp(constant, 0, MOST_CONSTANT * last.minNanos());
    }
}
