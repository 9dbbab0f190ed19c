package farsight.vector.image;

import farsight.vector.Workspace;

/**
 * A thread's workspace for windows over maps: a piece of the map, the panels of the other factor, and sums. Each is
 * bounded by {@link Correlation}, {@link WeightSums} and their twins by {@link Winograd}: together some 2 MB, more only
 * for windows that reach over thousands of positions.
 */
final class ImageWorkspace {

    /** The purposes of the workspace's float arrays. */
    enum Use {
        /** Rows of the input. */
        MAP,
        /** Transformed rows of the input. */
        INPUTS,
        /** The other factor, in the order in which tiles read it. */
        PANELS,
        /** A strip's sums. */
        SUMS,
        /** Sums that are not complete yet. */
        TOTALS
    }

    private static final ThreadLocal<Workspace<Use>> OF_THREAD =
            ThreadLocal.withInitial(() -> new Workspace<>(Use.class));

    private ImageWorkspace() {}

    /** At least this many floats, with arbitrary contents. */
    static float[] floats(Use use, int floats) {
        return OF_THREAD.get().of(use, floats);
    }
}
