package farsight.advise;

import farsight.block.Grid;
import farsight.engine.Engine;
import farsight.sweep.BlockChoice;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Measures candidates within a time budget: each block with its first d, then with the others; those whose memory fits
 * first, of those the ones of known quality, the fewest operations first. Each may take an equal share of the time that is left. A block runs at few positions
 * first, then at the asked N if that run is expected to be short enough, else at a smaller N, whose run is. No run takes more memory than allowed.
 */
final class Trials {

    /** Time that a measurement of short runs takes. */
    private static final double FIXED_NANOS = 0.25e9;

    /** Runs that a measurement of long runs takes. */
    private static final double RUNS = 6;

    /** The run of a second measurement may always be this long: shorter ones measure launching and caches. */
    private static final double LEAST_RUN_NANOS = 12e6;

    /** Nanoseconds per operation, so that a block without operations divides by no zero. */
    private static final double LEAST_PACE = 1e-9;

    /** Positions of a block's first run: few, because the JVM has not compiled its kernels yet. */
    private static final long FIRST_POSITIONS = 256;

    /** A second measurement at a smaller N must have so many times more operations. */
    private static final long FURTHER = 4;

    /** After a run that the JVM was still compiling, which says little, one with so many times the operations follows. */
    private static final long UNSETTLED_FURTHER = 64;

    private final Question question;
    private final Engine engine;
    private final Stopwatch watch;
    private final LongSupplier clock;
    private final Times times = new Times();
    private final Map<Candidate, String> failures = new LinkedHashMap<>();

    /**
     * @param clock nanoseconds
     */
    Trials(Question question, Engine engine, Stopwatch watch, LongSupplier clock) {
        this.question = question;
        this.engine = engine;
        this.watch = watch;
        this.clock = clock;
    }

    /**
     * A block and its size.
     *
     * @param judged whether its quality is known: only such blocks can be chosen by it
     */
    record Entry(Candidate candidate, Sizes sizes, Demand demand, boolean judged) {}

    /** Times from all measurements. */
    Times times() {
        return times;
    }

    /** Why a block's measurement failed. */
    Optional<String> failure(Candidate c) {
        return Optional.ofNullable(failures.get(c));
    }

    void run(List<Entry> entries) {
        Set<BlockChoice> seen = new HashSet<>();
        Set<Entry> later =
                entries.stream().filter(e -> !seen.add(e.candidate().choice())).collect(Collectors.toSet());
        List<Entry> order = entries.stream()
                .sorted(Comparator.comparing((Entry e) -> later.contains(e))
                        .thenComparing(e -> !e.demand().fits())
                        .thenComparing(e -> e.demand().flops() < 0)
                        .thenComparing(e -> !e.judged())
                        .thenComparingLong(e -> e.demand().flops()))
                .toList();
        long end = clock.getAsLong() + question.measureNanos();
        for (int i = 0; i < order.size(); i++) {
            long now = clock.getAsLong();
            if (now >= end) {
                return;
            }
            measure(order.get(i), now + (end - now) / (order.size() - i));
        }
    }

    private void measure(Entry e, long end) {
        Candidate c = e.candidate();
        if (times.nearest(c).isEmpty()) {
            Optional<Grid> first = size(e, g -> g.positions() <= FIRST_POSITIONS);
            if (first.isEmpty()
                    || !measured(c, first.get())
                    || first.get().equals(e.demand().grid())) {
                return;
            }
        }
        double longest = Math.max(LEAST_RUN_NANOS, (end - clock.getAsLong() - FIXED_NANOS) / RUNS);
        Measurement known = times.nearest(c).orElseThrow();
        double most = Math.max(
                longest / Math.max(LEAST_PACE, known.pace()),
                known.settled() ? 0 : UNSETTLED_FURTHER * (double) known.flops());
        Optional<Grid> second = size(e, g -> flops(c, g) <= most);
        boolean worth = second.filter(g ->
                        g.equals(e.demand().grid()) || times.most(c) == 0 || flops(c, g) >= FURTHER * times.most(c))
                .isPresent();
        if (worth) {
            measured(c, second.orElseThrow());
        }
    }

    private long flops(Candidate c, Grid grid) {
        return Demand.flops(c.block(), grid, question.pass());
    }

    /** Measures a run; false where it failed. */
    private boolean measured(Candidate c, Grid grid) {
        Point point = watch.measure(c, grid);
        if (point.status() != Status.OK) {
            failures.put(c, point.message());
            return false;
        }
        times.add(Measurement.of(c, grid, point));
        return true;
    }

    /** The asked size if it is small enough and its memory fits; else the largest smaller one. */
    private Optional<Grid> size(Entry e, Predicate<Grid> small) {
        Demand d = e.demand();
        if (d.fits() && small.test(d.grid())) {
            return Optional.of(d.grid());
        }
        long asked = d.grid().positions();
        return e.sizes().largest(g -> g.positions() < asked && small.test(g) && fits(e.candidate(), g));
    }

    private boolean fits(Candidate c, Grid g) {
        return Demand.of(c.block(), g, question.pass(), engine, question.memoryBytes())
                .fits();
    }
}
