package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, i, j] = x[b, i, j] / max(s[b, i], ε): rows divided by norms that are known. Its rows are latent nodes, few.
 *
 * @param x [batch, rows, cols]
 * @param s [batch, rows, 1]
 * @param y like x
 */
public record RowDivide(Buffer x, Buffer s, Buffer y) implements ElementOp {

    @Override
    public String name() {
        return "rowDivide";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, s);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(x);
    }

    @Override
    public long flops() {
        return x.elements();
    }

    @Override
    public Shape extents() {
        return x.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        Shape e = x.shape();
        return TaskPackage.createPackage(
                id,
                ElementKernels::rowDivide,
                at.of(x),
                at.of(s),
                at.of(y),
                size(e.batch() * e.rows()),
                size(e.cols()),
                span);
    }
}
