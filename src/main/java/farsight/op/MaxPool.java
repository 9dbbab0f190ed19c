package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.PoolKernels;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.PoolVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * 2×2 max-pooling with stride 2 over a grid of positions.
 *
 * @param x [B, height·width, C]
 * @param y [B, ⌊height/2⌋·⌊width/2⌋, C]
 */
public record MaxPool(Buffer x, Buffer y, long height, long width) implements ElementOp {

    @Override
    public String name() {
        return "maxPool";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 3 * y.elements();
    }

    @Override
    public Shape extents() {
        return y.shape();
    }

    @Override
    public TaskPackage task(String id, Storage at, int span) {
        return TaskPackage.createPackage(
                id,
                PoolKernels::maxPool,
                at.of(x),
                at.of(y),
                size(x.shape().batch()),
                size(height),
                size(width),
                size(x.shape().cols()),
                span);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        PoolVector.maxPool(
                at.of(x),
                at.of(y),
                size(x.shape().batch()),
                size(height),
                size(width),
                size(x.shape().cols()),
                workers);
    }

    /**
     * dx = dy at each window's maximum, 0 elsewhere; or dx += that.
     *
     * @param x [B, height·width, C]
     * @param y [B, ⌊height/2⌋·⌊width/2⌋, C]
     * @param dy like y
     * @param dx like x
     */
    public record Gradient(Buffer x, Buffer y, Buffer dy, Buffer dx, long height, long width, boolean accumulate)
            implements ElementOp {

        @Override
        public String name() {
            return "maxPoolGradient";
        }

        @Override
        public List<Buffer> reads() {
            return Op.reading(accumulate, dx, x, y, dy);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx);
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
            return TaskPackage.createPackage(
                    id,
                    PoolKernels::maxPoolGradient,
                    at.of(x),
                    at.of(y),
                    at.of(dy),
                    at.of(dx),
                    size(x.shape().batch()),
                    size(height),
                    size(width),
                    size(x.shape().cols()),
                    flag(accumulate),
                    span);
        }

        @Override
        public void vector(Storage at, Workers workers) {
            PoolVector.maxPoolGradient(
                    at.of(x),
                    at.of(y),
                    at.of(dy),
                    at.of(dx),
                    size(x.shape().batch()),
                    size(height),
                    size(width),
                    size(x.shape().cols()),
                    flag(accumulate),
                    workers);
        }
    }
}
