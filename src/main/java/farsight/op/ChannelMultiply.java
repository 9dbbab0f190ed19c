package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y[b, i, j] = x[b, i, j]·s[b, j], or y += that: one factor a channel, the same at every position.
 *
 * @param x [B, N, C]
 * @param factor s, [B, 1, C]
 * @param y like x
 */
public record ChannelMultiply(Buffer x, Buffer factor, Buffer y, boolean accumulate) implements ElementOp {

    @Override
    public String name() {
        return "channelMultiply";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, y, x, factor);
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
        return 2 * x.elements();
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
                ElementKernels::channelMultiply,
                at.of(x),
                at.of(factor),
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
        ElementVector.channelMultiply(
                at.of(x),
                at.of(factor),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                flag(accumulate),
                workers);
    }
}
