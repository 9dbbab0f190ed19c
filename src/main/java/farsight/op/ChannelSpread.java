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
 * y[b, i, j] = scale·t[b, j], or y += that: the gradient of a sum over positions.
 *
 * @param term t, [B, 1, C]
 * @param y [B, N, C]
 */
public record ChannelSpread(Buffer term, Buffer y, float scale, boolean accumulate) implements ElementOp {

    @Override
    public String name() {
        return "channelSpread";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, y, term);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 2 * y.elements();
    }

    @Override
    public Shape extents() {
        return y.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        Shape s = y.shape();
        return TaskPackage.createPackage(
                id,
                ElementKernels::channelSpread,
                at.of(term),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                scale,
                flag(accumulate),
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape s = y.shape();
        ElementVector.channelSpread(
                at.of(term),
                at.of(y),
                size(s.batch()),
                size(s.rows()),
                size(s.cols()),
                scale,
                flag(accumulate),
                workers);
    }
}
