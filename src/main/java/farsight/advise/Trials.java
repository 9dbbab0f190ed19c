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
 * first, which compiles its kernels, then at the asked N if that run is expected to be short enough, else at a smaller N, whose run is. No run takes more memory than allowed.
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
    private static final double UNSETTLED_FURTHER = 64;

    /** The longest run that is dared on such a pace, which is too slow rather than too quick. */
    private static final double DARED_NANOS = 1e9;

    private static final int MOST_MEASUREMENTS = 3;

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
        if (times.nearest(c).isEmpty()
                && !size(e, g -> g.positions() <= FIRST_POSITIONS)
                        .filter(g -> measured(c, g, false))
                        .isPresent()) {
            return;
        }
        long most = 0;
        for (int i = 1; i < MOST_MEASUREMENTS; i++) {
            long left = end - clock.getAsLong();
            if (i > 1 && left < FIXED_NANOS) {
                return;
            }
            double affordable = affordable(times.nearest(c).orElseThrow(), left);
            Optional<Grid> grid = size(e, g -> flops(c, g) <= affordable);
            boolean there = grid.filter(e.demand().grid()::equals).isPresent();
            long flops = grid.map(g -> flops(c, g)).orElse(0L);
            if (grid.isEmpty() || (!there && flops < FURTHER * most) || !measured(c, grid.get(), true) || there) {
                return;
            }
            most = flops;
        }
    }

    /** Operations of a run that takes not too long. */
    private static double affordable(Measurement known, long left) {
        double pace = Math.max(LEAST_PACE, known.pace());
        double planned = Math.max(LEAST_RUN_NANOS, (left - FIXED_NANOS) / RUNS) / pace;
        return known.settled()
                ? planned
                : Math.max(planned, Math.min(UNSETTLED_FURTHER * known.flops(), DARED_NANOS / pace));
    }

    private long flops(Candidate c, Grid grid) {
        return Demand.flops(c.block(), grid, question.pass());
    }

    /** Measures a run; false where it failed. */
    private boolean measured(Candidate c, Grid grid, boolean again) {
        Point point = watch.measure(c, grid);
        if (point.status() != Status.OK) {
            failures.put(c, point.message());
            return false;
        }
        times.add(Measurement.of(c, grid, point, again));
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
