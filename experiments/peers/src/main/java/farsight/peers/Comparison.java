package farsight.peers;

import farsight.block.Pass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Farsight on all cores beside the best that a peer did.
 *
 * @param ours on all cores
 * @param theirs the setting with the least median
 * @param theirPeak resident growth of the peer, −1 where unknown
 * @param error between the results, NaN where unknown
 */
record Comparison(Result ours, Result theirs, long theirPeak, double error) {

    /** How much less memory than libtorch a block means to take. */
    static final double MEMORY_TARGET = 0.5;

    /** Every case, pass and peer that was measured, in order. */
    static List<Comparison> of(List<Result> results) {
        List<Comparison> all = new ArrayList<>();
        for (Case c : Case.ALL) {
            for (Pass pass : c.passes()) {
                List<Result> here = results.stream()
                        .filter(r -> r.measured().name().equals(c.name()) && r.pass() == pass)
                        .toList();
                Optional<Result> ours = here.stream()
                        .filter(r -> r.setting().equals(new Setting(Side.FARSIGHT, Setting.CORES, 0)))
                        .findFirst();
                for (Side peer : List.of(Side.LIBTORCH, Side.OPENBLAS)) {
                    List<Result> theirs = here.stream()
                            .filter(r -> r.setting().side() == peer)
                            .toList();
                    Optional<Result> best = theirs.stream().min(Comparator.comparingDouble(Result::medianMs));
                    if (ours.isPresent() && best.isPresent()) {
                        all.add(beside(ours.get(), best.get(), theirs));
                    }
                }
            }
        }
        return all;
    }

    private static Comparison beside(Result ours, Result best, List<Result> theirs) {
        Optional<Result> once = theirs.stream().filter(r -> r.peakBytes() >= 0).findFirst();
        return new Comparison(
                ours,
                best,
                once.map(Result::peakBytes).orElse(-1L),
                once.map(Result::error).orElse(Double.NaN));
    }

    /** How many times as fast, by medians. */
    double speed() {
        return theirs.medianMs() / ours.medianMs();
    }

    /** What that means to be. */
    double target() {
        return ours.measured().target(theirs.setting().side(), ours.pass());
    }

    /** Our resident growth over theirs; NaN where one is unknown, or nothing but the result is held. */
    double memory() {
        boolean block = ours.measured() instanceof Case.OfBlock;
        return block && ours.peakBytes() >= 0 && theirPeak > 0 ? (double) ours.peakBytes() / theirPeak : Double.NaN;
    }
}
