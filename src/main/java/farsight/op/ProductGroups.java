package farsight.op;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.ProductTile;
import java.util.function.Function;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** How products of matrices are started on a device. */
final class ProductGroups {

    private ProductGroups() {}

    /**
     * The call that computes C of [batch, m, n]: tile by tile where a group of the tile fits the device, else the plain one.
     *
     * @param plain the call of the plain kernel
     * @param tiled the call of its twin, for a tile
     */
    static GridTask task(
            GroupLimits limits,
            int batch,
            int m,
            int n,
            Supplier<TaskPackage> plain,
            Function<ProductTile, TaskPackage> tiled) {
        ProductTile tile = ProductTile.of(batch, m, n);
        return limits.allow(ProductTile.ITEMS, tile.localBytes())
                ? GridTask.on(of(tile, batch, m, n), tiled.apply(tile))
                : WorkGroups.heavyLoop(limits, MatMulKernels.parts(batch, m, n), plain.get());
    }

    /** The groups that compute C of [batch, m, n] tile by tile. */
    static WorkerGrid of(ProductTile tile, int batch, int m, int n) {
        return WorkGroups.of(tile.groups(batch, m, n), ProductTile.ITEMS);
    }
}
