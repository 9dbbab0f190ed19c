package farsight.advise;

import org.jspecify.annotations.Nullable;

/**
 * The time of a run.
 *
 * @param nanos of a run; −1 if unknown
 * @param source how it is known
 * @param from the measurement it comes from; null where there is none
 */
public record TimeFigure(
        long nanos, Source source, @Nullable Measurement from) {

    /** How a time is known. */
    public enum Source {
        /** Measured now, at the asked N. */
        MEASURED,
        /** Predicted from the same block at a smaller N, by its operations. */
        SMALLER_N,
        /** Predicted from the same block with another d, by its operations. */
        OTHER_D,
        /** Neither the block nor the same block with another d was measured. */
        UNKNOWN;

        /** As in JSON, for example {@code smaller-n}. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    static final TimeFigure UNKNOWN = new TimeFigure(-1, Source.UNKNOWN, null);

    /** Whether it is known at all. */
    public boolean known() {
        return nanos >= 0;
    }

    /** Whether it comes from runs that the JVM was still compiling, so that it is at most this long. */
    public boolean settled() {
        return from == null || from.settled();
    }

    /** Whether it was measured at the asked N, not predicted. */
    public boolean measured() {
        return source == Source.MEASURED;
    }
}
