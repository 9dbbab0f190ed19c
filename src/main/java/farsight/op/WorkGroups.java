package farsight.op;

import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/**
 * Work-items and work-groups of every call, all of them along one axis.
 *
 * <p>A plain loop goes from a work-item's own iteration on by the number of items, as far as a bound that is computed in
 * the kernel ({@code farsight.kernel.Bounds}). So any number of items runs it rightly: more than it has iterations, of
 * which the rest finds nothing to do, or fewer.
 */
final class WorkGroups {

    /**
     * The context of every call. It holds nothing, but TornadoVM gives each such object some 300 bytes of the device, so
     * all calls share one.
     */
    static final KernelContext CONTEXT = new KernelContext();

    /** Items of a plain loop's group, where there are iterations for many groups: eight warps. */
    private static final int LOOP_ITEMS = 256;

    /** The smallest group: a warp, which takes as long for one item as for all of its own. */
    private static final int WARP = 32;

    /** Groups below which they are made smaller, so that few iterations keep more of a GPU's processors busy. */
    private static final int FEW_GROUPS = 128;

    /** Most items of a plain loop: any GPU is full long before. */
    private static final long MOST_ITEMS = 1L << 24;

    /**
     * Iterations up to which TornadoVM may choose. It starts an item an iteration, and each goes on by as many: that is
     * counted with an int, so beyond this it wraps around to iterations before the first, outside the arrays.
     */
    private static final long MOST_CHOSEN = 1L << 30;

    private WorkGroups() {}

    /**
     * A call of a plain kernel: in groups of whole warps, filled up, where the device wants groups; otherwise as TornadoVM
     * chooses.
     *
     * @param iterations of its parallel loop
     */
    static Optional<WorkerGrid> loop(GroupLimits limits, long iterations) {
        if (!limits.groups()) {
            // The driver chooses the groups.
            return iterations <= MOST_CHOSEN
                    ? Optional.empty()
                    : Optional.of(new WorkerGrid1D(Math.toIntExact(room(iterations))));
        }
        long room = room(iterations);
        long wanted = Math.clamp(Long.highestOneBit(Math.max(1, iterations / FEW_GROUPS)), WARP, LOOP_ITEMS);
        long items = Math.min(wanted, Long.highestOneBit(Math.min(limits.size(), room)));
        return Optional.of(of(Math.min(Math.ceilDiv(iterations, items), room / items), Math.toIntExact(items)));
    }

    /**
     * Most items for a loop: an int must count on from its last iteration by as many. An array holds at most 2³¹ − 17
     * floats, so there are always 16.
     */
    private static long room(long iterations) {
        return Math.clamp((1L << 31) - iterations, 16, MOST_ITEMS);
    }

    /** So many groups, all of them full: TornadoVM and OpenCL want every group of a grid alike. */
    static WorkerGrid of(long groups, int items) {
        WorkerGrid grid = new WorkerGrid1D(Math.toIntExact(groups * items));
        grid.setLocalWork(items, 1, 1);
        return grid;
    }

    /**
     * A call of a plain kernel with few iterations that each do much and keep much: a group of its own for each of them,
     * or a warp. A processor's driver would otherwise make groups of thousands, which leave cores idle and keep all of
     * their items' arrays at once.
     *
     * @param iterations of its parallel loop
     */
    static Optional<WorkerGrid> heavyLoop(GroupLimits limits, long iterations) {
        int items = Math.toIntExact(Long.highestOneBit(Math.min(WARP, limits.size())));
        return Optional.of(of(Math.ceilDiv(iterations, items), items));
    }
}
