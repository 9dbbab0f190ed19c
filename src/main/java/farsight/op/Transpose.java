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
 * y[b, j, i] = x[b, i, j], or y += that.
 *
 * @param x [batch, rows, cols]
 * @param y [batch, cols, rows]
 */
public record Transpose(Buffer x, Buffer y, boolean accumulate) implements ElementOp {

    @Override
    public String name() {
        return "transpose";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, y, x);
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
        return y.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                LayoutKernels::transposed,
                at.of(x),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                flag(accumulate),
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        LayoutVector.transposed(
                at.of(x), at.of(y), size(s.batch()), size(s.rows()), size(s.cols()), flag(accumulate), workers);
    }
}
