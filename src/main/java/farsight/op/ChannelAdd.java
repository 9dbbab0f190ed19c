package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, i, j] = x[b, i, j] + t[b, j]: one term a channel, the same at every position.
 *
 * @param x [B, N, C]
 * @param term t, [B, 1, C]
 * @param y like x
 */
public record ChannelAdd(Buffer x, Buffer term, Buffer y) implements ElementOp {

    @Override
    public String name() {
        return "channelAdd";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, term);
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
        Shape s = x.shape();
        return TaskPackage.createPackage(
                id,
                ElementKernels::channelAdd,
                at.of(x),
                at.of(term),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = x.shape();
        ElementVector.channelAdd(
                at.of(x), at.of(term), at.of(y), size(s.batch()), size(s.rows()), size(s.cols()), workers);
    }
}
