package farsight.advise;

import farsight.block.Grid;
import farsight.sweep.Point;

/**
 * A measured run.
 *
 * @param candidate the block
 * @param grid the positions
 * @param flops operations of a run
 * @param nanos median of a run
 * @param least the shortest run, which holds the least of the machine's other work
 * @param settled whether the block had run before and runs had stopped getting faster: the JVM compiles its kernels
 *     while they run
 */
public record Measurement(Candidate candidate, Grid grid, long flops, long nanos, long least, boolean settled) {

    /**
     * A point that ended well.
     *
     * @param again whether the block had run before
     */
    static Measurement of(Candidate candidate, Grid grid, Point p, boolean again) {
        return new Measurement(
                candidate,
                grid,
                p.flops(),
                p.medianNanos(),
                p.minNanos(),
                again && p.message().isEmpty());
    }

    /** Nanoseconds per operation, by the shortest run. */
    double pace() {
        return (double) least / Math.max(1, flops);
    }
}
