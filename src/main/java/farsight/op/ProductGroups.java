package farsight.op;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.ProductTile;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** How products of matrices are started on a device. */
final class ProductGroups {

    private ProductGroups() {}

    /** Whether a group that computes a tile fits a device. */
    static boolean fit(ProductTile tile, GroupLimits limits) {
        return limits.allow(ProductTile.ITEMS, tile.localBytes());
    }

    /** The groups that compute C of [batch, m, n] tile by tile. */
    static WorkerGrid of(ProductTile tile, int batch, int m, int n) {
        return WorkGroups.of(tile.groups(batch, m, n), ProductTile.ITEMS);
    }

    /** A plain product with C of [batch, m, n], each part of it a group of its own. */
    static GridTask plain(TaskPackage task, int batch, int m, int n) {
        return GridTask.on(WorkGroups.alone(MatMulKernels.parts(batch, m, n)), task);
    }
}
