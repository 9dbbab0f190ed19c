package farsight.op;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.Columns;
import farsight.kernel.group.GemmL2Groups;
import farsight.kernel.group.ProductTile;
import farsight.kernel.group.Rows;
import farsight.program.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import uk.ac.manchester.tornado.api.WorkerGrid;

/**
 * How a device starts a call: in work-groups if the kernel has a work-group twin and a group fits the device, otherwise
 * as a plain loop.
 */
public sealed interface Launch {

    /** Whether the device starts the work-group twin, if the kernel has one. */
    default boolean groups(GroupLimits limits) {
        return false;
    }

    /** The grid of the work-group twin. */
    default WorkerGrid grid() {
        throw new IllegalStateException("no work-groups");
    }

    /** The last arguments of the work-group twin. */
    default List<Object> sizes() {
        return List.of();
    }

    /** The grid of the plain loop; empty if TornadoVM chooses. */
    Optional<WorkerGrid> loop(GroupLimits limits);

    /** The last arguments of the plain loop. */
    default List<Object> loopSizes(boolean groups) {
        return List.of();
    }

    /** A plain loop of {@code count} iterations. */
    record Iterations(long count) implements Launch {
        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.loop(limits, count);
        }
    }

    /**
     * A plain loop along the rows of a map. Its last argument is the number of elements per iteration: one if
     * work-items run in groups, so that neighbouring items access neighbouring numbers; otherwise a whole row, so that
     * the row index is computed once per row.
     */
    record Elements(Shape map) implements Launch {
        private long rows() {
            return map.batch() * map.rows();
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.loop(limits, limits.groups() ? rows() * map.cols() : rows());
        }

        @Override
        public List<Object> loopSizes(boolean groups) {
            return List.of(groups ? 1 : Op.size(map.cols()));
        }
    }

    /** Rows; several work-items of a group share a long row. */
    record SharedRows(long rows, long cols) implements Launch {
        @Override
        public boolean groups(GroupLimits limits) {
            return cols >= Rows.FEWEST_COLUMNS && limits.allow(Rows.ITEMS, Rows.LOCAL_BYTES);
        }

        @Override
        public WorkerGrid grid() {
            return WorkGroups.of(Rows.groups(exact(rows), exact(cols)), Rows.ITEMS);
        }

        @Override
        public List<Object> sizes() {
            return List.of(Rows.lanes(exact(cols)));
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.loop(limits, rows);
        }
    }

    /** Columns of chunks of rows; several work-items of a group share a column. */
    record SharedColumns(long batch, long chunks, long cols) implements Launch {
        @Override
        public boolean groups(GroupLimits limits) {
            return limits.allow(Columns.ITEMS, Columns.LOCAL_BYTES);
        }

        @Override
        public WorkerGrid grid() {
            return WorkGroups.of(Columns.groups(exact(batch), exact(chunks), exact(cols)), Columns.ITEMS);
        }

        @Override
        public List<Object> sizes() {
            return List.of(Columns.width(exact(cols)));
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.loop(limits, batch * chunks * cols);
        }
    }

    /** A batch of products [m, n], tile by tile. */
    record Tiles(long batch, long m, long n) implements Launch {
        private ProductTile tile() {
            return ProductTile.of(exact(batch), exact(m), exact(n));
        }

        @Override
        public boolean groups(GroupLimits limits) {
            return limits.allow(ProductTile.ITEMS, tile().localBytes());
        }

        @Override
        public WorkerGrid grid() {
            return WorkGroups.of(tile().groups(exact(batch), exact(m), exact(n)), ProductTile.ITEMS);
        }

        @Override
        public List<Object> sizes() {
            return tileSizes(tile());
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.heavyLoop(limits, MatMulKernels.parts(exact(batch), exact(m), exact(n)));
        }
    }

    /** A batch of products [m, n], by tiles of whole rows if n is small enough. */
    record WholeRowTiles(long batch, long m, long n) implements Launch {
        private ProductTile tile() {
            return ProductTile.ofWholeRows(exact(n));
        }

        @Override
        public boolean groups(GroupLimits limits) {
            return n <= tile().columns() && limits.allow(ProductTile.ITEMS, GemmL2Groups.localBytes(tile()));
        }

        @Override
        public WorkerGrid grid() {
            return WorkGroups.of(tile().groups(exact(batch), exact(m), exact(n)), ProductTile.ITEMS);
        }

        @Override
        public List<Object> sizes() {
            return tileSizes(tile());
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return Optional.empty();
        }
    }

    /**
     * Work-groups of one size.
     *
     * @param count number of groups, computed at the start
     * @param items work-items per group
     * @param localBytes local memory per group, in bytes
     * @param plain launch of the plain loop
     */
    record Groups(LongSupplier count, int items, long localBytes, Launch plain) implements Launch {
        @Override
        public boolean groups(GroupLimits limits) {
            return limits.allow(items, localBytes);
        }

        @Override
        public WorkerGrid grid() {
            return WorkGroups.of(count.getAsLong(), items);
        }

        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return plain.loop(limits);
        }
    }

    /** A plain loop of few iterations with much work in each. */
    record HeavyIterations(LongSupplier count) implements Launch {
        @Override
        public Optional<WorkerGrid> loop(GroupLimits limits) {
            return WorkGroups.heavyLoop(limits, count.getAsLong());
        }
    }

    private static List<Object> tileSizes(ProductTile tile) {
        return List.of(tile.across(), tile.rowsEach(), tile.columnsEach());
    }

    private static int exact(long extent) {
        return Math.toIntExact(extent);
    }
}
