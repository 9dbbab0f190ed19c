package farsight.op;

import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/**
 * The work-items and work-groups of every call, along one axis.
 *
 * <p>In a plain loop, each work-item starts at its own index and steps by the number of items, up to a bound computed
 * in the kernel ({@code farsight.kernel.Bounds}). So any number of items gives the right result, whether more or fewer
 * than the iterations; surplus items do nothing.
 */
final class WorkGroups {

    /**
     * The context of every call. All calls share one, because TornadoVM takes some 300 bytes of device memory per
     * context.
     */
    static final KernelContext CONTEXT = new KernelContext();

    /** Work-items per group of a plain loop with enough iterations for many groups: eight warps. */
    private static final int LOOP_ITEMS = 256;

    /** The smallest group: a warp takes as long for one item as for all of its items. */
    private static final int WARP = 32;

    /** With fewer groups than this, groups are made smaller so that more of a GPU's processors are busy. */
    private static final int FEW_GROUPS = 128;

    /** Maximum number of work-items of a plain loop; any GPU is full with far fewer. */
    private static final long MOST_ITEMS = 1L << 24;

    /**
     * Up to this many iterations TornadoVM may choose the grid. It starts one work-item per iteration, and each item
     * then steps by that many. With more iterations, the int counter wraps around to negative indices.
     */
    private static final long MOST_CHOSEN = 1L << 30;

    private WorkGroups() {}

    /**
     * The grid of a plain loop: full groups of whole warps if the device wants groups; otherwise TornadoVM's choice.
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
     * Maximum number of work-items for a loop: the last iteration plus this number must fit an int. It is at least 16,
     * since an array holds at most 2³¹ − 17 floats.
     */
    private static long room(long iterations) {
        return Math.clamp((1L << 31) - iterations, 16, MOST_ITEMS);
    }

    /** A grid of full groups: TornadoVM and OpenCL require all groups of a grid to have the same size. */
    static WorkerGrid of(long groups, int items) {
        WorkerGrid grid = new WorkerGrid1D(Math.toIntExact(groups * items));
        grid.setLocalWork(items, 1, 1);
        return grid;
    }

    /**
     * The grid of a plain loop of few iterations with much work and much private memory each: one group per iteration,
     * or per warp of iterations. Otherwise a CPU's driver would make groups of thousands, leaving cores idle and
     * keeping the arrays of all their items at once.
     *
     * @param iterations of its parallel loop
     */
    static Optional<WorkerGrid> heavyLoop(GroupLimits limits, long iterations) {
        int items = Math.toIntExact(Long.highestOneBit(Math.min(WARP, limits.size())));
        return Optional.of(of(Math.ceilDiv(iterations, items), items));
    }
}
