package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.LayoutKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayoutVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[yRow + i] = x[i]: matrices set below each other.
 *
 * @param x [1, rows, cols]
 * @param y [1, yRows, cols]
 */
public record CopyRows(Buffer x, Buffer y, long yRow) implements ElementOp {

    @Override
    public String name() {
        return "copyRows";
    }

    @Override
    public List<Buffer> reads() {
        return yRow > 0 ? List.of(x, y) : List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 0;
    }

    /** Rows lie one after the other, so that all are one. */
    @Override
    public Shape extents() {
        return new Shape(1, 1, x.elements());
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        int all = size(x.elements());
        return TaskPackage.createPackage(
                id,
                LayoutKernels::copyColumns,
                at.of(x),
                at.of(y),
                1,
                all,
                all,
                0,
                size(y.elements()),
                from(),
                0,
                span);
    }

    private int from() {
        return size(yRow * y.shape().cols());
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int all = size(x.elements());
        LayoutVector.copyColumns(at.of(x), at.of(y), 1, all, all, 0, size(y.elements()), from(), 0, workers);
    }
}
