package farsight.op.layout;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.LayoutKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayoutVector;
import java.util.List;

/**
 * y[·, yOffset + j] = x[·, xOffset + j] for j &lt; cols, or += that: a concatenation over channels, or a slice of one.
 *
 * @param x [batch, rows, xCols]
 * @param y [batch, rows, yCols]
 */
public record CopyColumns(Buffer x, long xOffset, Buffer y, long yOffset, long cols, boolean accumulate) implements Op {

    static final Kernel COPY = Kernel.of(LayoutKernels::copyColumns).vector(LayoutVector.class);

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(COPY.call(
                        in(x),
                        into(y, yOffset > 0 || accumulate),
                        size(s.batch() * s.rows()),
                        size(cols),
                        size(s.cols()),
                        size(xOffset),
                        size(y.shape().cols()),
                        size(yOffset),
                        flag(accumulate))
                .by(new Launch.Elements(new Shape(s.batch(), s.rows(), cols))));
    }

    @Override
    public long flops() {
        return 0;
    }
}
