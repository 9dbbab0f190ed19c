package farsight.sweep;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Runs until times measure the program and not the JVM's compiler: until the compiler has none of the program's code
 * left, and runs get no faster. The JVM compiles code in stages while it runs, on the same processors. Before that a
 * run on vectors can take a hundred times as long.
 */
final class WarmUp {

    /** A run below this share of the earlier time counts as still getting faster. */
    private static final double FASTER = 0.95;

    private WarmUp() {}

    /**
     * Warms up.
     *
     * @param first nanoseconds of the previous run
     * @param run runs once, and returns its nanoseconds
     * @param compiling whether the program's code is being compiled now
     * @param effort how long at least and at most
     * @return whether times settled
     */
    static boolean settled(long first, LongSupplier run, BooleanSupplier compiling, Effort effort) {
        // Compared with the best time before the calm, not with the last round: slow improvement adds up.
        long before = first;
        long calm = 0;
        for (long spent = 0; spent < effort.mostNanos(); ) {
            long round = 0;
            long bestOfRound = Long.MAX_VALUE;
            while (round < effort.roundNanos()) {
                long nanos = Math.max(1, run.getAsLong());
                bestOfRound = Math.min(bestOfRound, nanos);
                round += nanos;
            }
            spent += round;
            boolean restless = compiling.getAsBoolean() || bestOfRound < FASTER * before;
            calm = restless ? 0 : calm + round;
            before = restless ? Math.min(before, bestOfRound) : before;
            if (spent >= effort.leastNanos() && calm >= effort.calmNanos()) {
                return true;
            }
        }
        return false;
    }
}
