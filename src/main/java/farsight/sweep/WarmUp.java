package farsight.sweep;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Runs until times tell of the program and not of the JVM's compiler: until the compiler has none of its code left to do,
 * and runs get no faster. Code is compiled step by step while it runs, on the same processors, and before that a run by
 * vectors can take a hundred times as long.
 */
final class WarmUp {

    /** One look at the compiler, and at the best time since the last, after this long. */
    static final long ROUND_NANOS = 100_000_000L;

    /** At least; what is rarely called comes to the compiler late. */
    static final long LEAST_NANOS = 500_000_000L;

    /** Nothing was compiled and nothing got faster for this long. */
    static final long CALM_NANOS = 300_000_000L;

    /** After this long it is given up. */
    static final long MOST_NANOS = 20_000_000_000L;

    /** Runs this much faster than before are still getting faster. */
    private static final double FASTER = 0.95;

    private WarmUp() {}

    /**
     * Warms up.
     *
     * @param first nanoseconds of the run before
     * @param run runs once, and gives the nanoseconds that it took
     * @param compiling whether the program's code is being compiled now
     * @return whether times settled
     */
    static boolean settled(long first, LongSupplier run, BooleanSupplier compiling) {
        // Of the time that was calm, not of the last round alone: slow improvement adds up.
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
