package farsight.advise;

import org.jspecify.annotations.Nullable;

/**
 * The time of a run.
 *
 * @param nanos of a run; −1 if unknown
 * @param source how it is known
 * @param from the measurement it comes from; null where there is none, or where it is a median of others'
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
        /** Predicted from its operations at the median rate of the other blocks: only the order of magnitude. */
        OTHER_BLOCKS,
        /** Nothing was measured. */
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

    /** Whether it was measured at the asked N, not predicted. */
    public boolean measured() {
        return source == Source.MEASURED;
    }
}
