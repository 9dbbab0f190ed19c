package farsight.advise;

import farsight.advise.TimeFigure.Source;
import farsight.block.Grid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Times of runs from measurements. A run that was not measured takes t = t₁·(flops / flops₁) of the nearest
 * measurement: the same block at the most operations measured; else the same block with the nearest d. Rates of
 * different blocks differ a hundredfold, so a block without a measurement has no time.
 */
final class Times {

    private final List<Measurement> all = new ArrayList<>();

    void add(Measurement m) {
        all.add(m);
    }

    /** The time of a block with so many operations at this size. */
    TimeFigure of(Candidate c, Grid grid, long flops) {
        return own(c).filter(m -> m.grid().equals(grid))
                .map(m -> new TimeFigure(m.nanos(), Source.MEASURED, m))
                .orElseGet(() -> predicted(c, flops));
    }

    /** The time of so many operations of a block. */
    TimeFigure predicted(Candidate c, long flops) {
        if (flops < 0) {
            return TimeFigure.UNKNOWN;
        }
        return own(c).map(m -> from(m, flops, Source.SMALLER_N))
                .or(() -> sibling(c).map(m -> from(m, flops, Source.OTHER_D)))
                .orElse(TimeFigure.UNKNOWN);
    }

    /** The nearest measurement of a block, or of the same block with another d. */
    Optional<Measurement> nearest(Candidate c) {
        return own(c).or(() -> sibling(c));
    }

    /** The measurement with the most operations, the last of equals. */
    private Optional<Measurement> own(Candidate c) {
        return all.stream().filter(m -> m.candidate().equals(c)).reduce((a, b) -> b.flops() >= a.flops() ? b : a);
    }

    private Optional<Measurement> sibling(Candidate c) {
        return all.stream()
                .filter(m -> m.candidate().choice().equals(c.choice()))
                .min(Comparator.comparingDouble((Measurement m) ->
                                Math.abs(Math.log((double) m.candidate().d() / c.d())))
                        .thenComparing(
                                Comparator.comparingLong(Measurement::flops).reversed()));
    }

    private static TimeFigure from(Measurement m, long flops, Source source) {
        return new TimeFigure(nanos(m.pace(), flops), source, m);
    }

    private static long nanos(double pace, long flops) {
        // Rounds, and stops at the largest long.
        return Math.round(pace * flops);
    }
}
