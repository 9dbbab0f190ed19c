package farsight.sweep;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses points that would take too long, judged by earlier points. A run's time has a constant part (launching
 * kernels, waking threads) and a part that grows with its operations. Where a device reports its kernels' time, that
 * time is the growing part. Elsewhere two points separate the parts; of a single point, all but a millisecond is
 * growth. The fastest runs count, because the others include the machine's other work.
 */
final class TimeBudget {

    /** Largest constant share of a time without kernel times: two noisy points may not rise at all. */
    private static final double MOST_CONSTANT = 0.75;

    /** Most time for waking threads and the like in a run on the JVM. */
    private static final double MOST_LAUNCHING_NANOS = 1e6;

    private final long mostNanos;

    /** The last points that ran, per block, pass and device: one, or two with different operations. */
    private final Map<List<Object>, List<Point>> before = new HashMap<>();

    private final boolean alike;

    /**
     * @param mostNanos limit per run; {@link Long#MAX_VALUE} for none
     * @param alike whether a point on one device is valid for all others
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

    /** Why a point with this many operations would take too long, if it would. */
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
                        "would take about %.3g s per run, at the rate of N = %,d; the limit is %.3g s",
                        nanos / 1e9,
                        last.positions(),
                        mostNanos / 1e9));
    }

    /** The part of the last point's time that does not grow. */
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
