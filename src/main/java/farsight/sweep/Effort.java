package farsight.sweep;

/**
 * How long a point is measured.
 *
 * @param roundNanos interval of the warm-up's checks of the compiler and of the best time
 * @param leastNanos shortest warm-up: rarely called code is compiled late
 * @param calmNanos time without compilation or speed-up that counts as settled
 * @param mostNanos longest warm-up
 * @param runs enough timed runs, if they took {@code shortNanos} together
 * @param shortNanos short runs are repeated for at least this long, so that another program's time slice cannot cover
 *     them all
 * @param timedNanos timed runs go on until they have taken this long together
 */
public record Effort(
        long roundNanos, long leastNanos, long calmNanos, long mostNanos, int runs, long shortNanos, long timedNanos) {

    private static final long MS = 1_000_000;

    /** For results that are kept. */
    public static final Effort THOROUGH = new Effort(100 * MS, 500 * MS, 300 * MS, 20_000 * MS, 25, 100 * MS, 400 * MS);

    /** For an answer at once: about a third of a second where runs are short and compiled. */
    public static final Effort QUICK = new Effort(25 * MS, 150 * MS, 100 * MS, 1_500 * MS, 7, 30 * MS, 120 * MS);
}
