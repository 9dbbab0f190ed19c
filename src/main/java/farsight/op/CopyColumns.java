package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.LayoutKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayoutVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[·, yOffset + j] = x[·, xOffset + j] for j &lt; cols, or += that: a concatenation over channels, or its
 * parts taken out again.
 *
 * @param x [batch, rows, xCols]
 * @param y [batch, rows, yCols]
 */
public record CopyColumns(Buffer x, long xOffset, Buffer y, long yOffset, long cols, boolean accumulate)
        implements ElementOp {

    @Override
    public String name() {
        return "copyColumns";
    }

    @Override
    public List<Buffer> reads() {
        return yOffset > 0 || accumulate ? List.of(x, y) : List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 0;
    }

    @Override
    public Shape extents() {
        return new Shape(x.shape().batch(), x.shape().rows(), cols);
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                LayoutKernels::copyColumns,
                at.of(x),
                at.of(y),
                size(s.batch() * s.rows()),
                size(cols),
                size(s.cols()),
                size(xOffset),
                size(y.shape().cols()),
                size(yOffset),
                flag(accumulate),
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        LayoutVector.copyColumns(
                at.of(x),
                at.of(y),
                size(s.batch() * s.rows()),
                size(cols),
                size(s.cols()),
                size(xOffset),
                size(y.shape().cols()),
                size(yOffset),
                flag(accumulate),
                workers);
    }
}
