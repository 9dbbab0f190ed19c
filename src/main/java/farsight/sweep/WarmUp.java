package farsight.sweep;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Runs until times measure the program and not the JVM's compiler: until the compiler has none of the program's code
 * left, and runs get no faster. The JVM compiles code in stages while it runs, on the same processors. Before that a
 * run on vectors can take a hundred times as long.
 */
final class WarmUp {

    /** Interval between checks of the compiler and of the best time. */
    static final long ROUND_NANOS = 100_000_000L;

    /** Shortest warm-up: rarely called code is compiled late. */
    static final long LEAST_NANOS = 500_000_000L;

    /** Time without compilation or speed-up that counts as settled. */
    static final long CALM_NANOS = 300_000_000L;

    /** Gives up after this long. */
    static final long MOST_NANOS = 20_000_000_000L;

    /** A run below this share of the earlier time counts as still getting faster. */
    private static final double FASTER = 0.95;

    private WarmUp() {}

    /**
     * Warms up.
     *
     * @param first nanoseconds of the previous run
     * @param run runs once, and returns its nanoseconds
     * @param compiling whether the program's code is being compiled now
     * @return whether times settled
     */
    static boolean settled(long first, LongSupplier run, BooleanSupplier compiling) {
        // Compared with the best time before the calm, not with the last round: slow improvement adds up.
        long before = first;
        long calm = 0;
        for (long spent = 0; spent < MOST_NANOS; ) {
            long round = 0;
            long bestOfRound = Long.MAX_VALUE;
            while (round < ROUND_NANOS) {
                long nanos = Math.max(1, run.getAsLong());
                bestOfRound = Math.min(bestOfRound, nanos);
                round += nanos;
            }
            spent += round;
            boolean restless = compiling.getAsBoolean() || bestOfRound < FASTER * before;
            calm = restless ? 0 : calm + round;
            before = restless ? Math.min(before, bestOfRound) : before;
            if (spent >= LEAST_NANOS && calm >= CALM_NANOS) {
                return true;
            }
        }
        return false;
    }
}
