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
 * y[b, j, i] = x[b, i, j], or y += that.
 *
 * @param x [batch, rows, cols]
 * @param y [batch, cols, rows]
 */
public record Transpose(Buffer x, Buffer y, boolean accumulate) implements Op {

    private static final Kernel TRANSPOSE = Kernel.of(LayoutKernels::transposed).vector(LayoutVector.class);

    @Override
    public String name() {
        return "transpose";
    }

    @Override
    public List<Call> calls() {
        Shape s = x.shape();
        return List.of(TRANSPOSE
                .call(in(x), into(y, accumulate), size(s.batch()), size(s.rows()), size(s.cols()), flag(accumulate))
                .by(new Launch.Elements(y.shape())));
    }

    @Override
    public long flops() {
        return 0;
    }
}
