package farsight.peers;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Farsight on all cores beside the best that a peer did.
 *
 * @param ours on all cores
 * @param theirs the setting with the least median
 * @param theirPeak the least resident growth of the peer, −1 where unknown
 * @param error the largest between the results that agree, NaN where unknown
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
                        .filter(r -> r.measured().name().equals(c.name()) && r.pass() == pass && r.agrees())
                        .toList();
                Optional<Result> ours = here.stream()
                        .filter(r -> r.setting().equals(Setting.plain(Side.FARSIGHT)))
                        .findFirst();
                for (Side peer : List.of(Side.LIBTORCH, Side.OPENBLAS)) {
                    List<Result> theirs = here.stream()
                            .filter(r -> r.setting().side() == peer)
                            .toList();
                    if (ours.isPresent() && !theirs.isEmpty()) {
                        all.add(beside(ours.get(), theirs));
                    }
                }
            }
        }
        return all;
    }

    // NaN, which a setting has that took part in no round, is the greatest of numbers.
    private static Comparison beside(Result ours, List<Result> theirs) {
        return new Comparison(
                ours,
                theirs.stream()
                        .min(Comparator.comparingDouble(Result::medianMs))
                        .orElseThrow(),
                theirs.stream()
                        .mapToLong(Result::peakBytes)
                        .filter(b -> b >= 0)
                        .min()
                        .orElse(-1),
                theirs.stream()
                        .mapToDouble(Result::error)
                        .filter(e -> !Double.isNaN(e))
                        .max()
                        .orElse(Double.NaN));
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
        return ours.measured().holdsMore() && ours.peakBytes() >= 0 && theirPeak > 0
                ? (double) ours.peakBytes() / theirPeak
                : Double.NaN;
    }
}
