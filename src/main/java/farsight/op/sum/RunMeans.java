package farsight.op.sum;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LandmarkKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LandmarkVector;
import java.util.List;

/**
 * y[b, k] = the mean of x[b, i] over run k of m runs of consecutive positions: the first m − (N mod m) runs have ⌊N/m⌋
 * positions, the others one more.
 *
 * @param x [B, N, C]
 * @param y [B, m, C], m ≤ N
 */
public record RunMeans(Buffer x, Buffer y) implements Op {

    private static final Kernel MEANS = Kernel.of(LandmarkKernels::runMeans).vector(LandmarkVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(LandmarkKernels::runMeansGradient).vector(LandmarkVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(MEANS.call(
                        in(x),
                        out(y),
                        size(s.batch()),
                        size(s.rows()),
                        size(y.shape().rows()),
                        size(s.cols()))
                .by(new Launch.Elements(y.shape())));
    }

    @Override
    public long flops() {
        return x.elements();
    }

    /**
     * dx[b, i] = dy[b, k] / (the positions of run k) with k the run of i, or dx += that.
     *
     * @param dy [B, m, C]
     * @param dx [B, N, C]
     */
    public record Gradient(Buffer dy, Buffer dx, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Shape s = dx.shape();
            return List.of(GRADIENT.call(
                            in(dy),
                            into(dx, accumulate),
                            size(s.batch()),
                            size(s.rows()),
                            size(dy.shape().rows()),
                            size(s.cols()),
                            flag(accumulate))
                    .by(new Launch.Elements(s)));
        }

        @Override
        public long flops() {
            return 2 * dx.elements();
        }
    }
}
