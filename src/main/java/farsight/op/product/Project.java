package farsight.op.product;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import java.util.List;

/**
 * y = x·Wᵀ + b at every position: the 1×1 convolution with bias. Without a bias it is a {@link MatMul}.
 *
 * @param x [B, N, in]
 * @param w W, [1, out, in]
 * @param bias b, [1, 1, out]
 * @param y [B, N, out]
 */
public record Project(Buffer x, Buffer w, Buffer bias, Buffer y) implements Op {

    private static final Kernel PROJECT = Kernel.of(MatMulKernels::projectWithBias)
            .group(MatMulGroups::projectWithBias)
            .vector(MatMulVector.class);

    @Override
    public String name() {
        return "project";
    }

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        int rows = size(s.batch() * s.rows());
        int inner = size(s.cols());
        int out = size(y.shape().cols());
        return List.of(PROJECT.call(in(x), in(w), in(bias), out(y), rows, inner, out)
                .grouped(in(x), in(w), in(bias), out(y), rows, out, inner)
                .by(new Launch.Tiles(1, s.batch() * s.rows(), y.shape().cols())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * y.elements(), x.shape().cols());
    }
}
