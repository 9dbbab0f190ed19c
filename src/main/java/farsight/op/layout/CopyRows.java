package farsight.op.layout;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.op.Call;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/**
 * y[yRow + i] = x[i]: stacks matrices vertically. The rows are contiguous in memory, so they are copied as one.
 *
 * @param x [1, rows, cols]
 * @param y [1, yRows, cols]
 */
public record CopyRows(Buffer x, Buffer y, long yRow) implements Op {

    @Override
    public String name() {
        return "copyRows";
    }

    @Override
    public List<Call> calls() {
        int all = size(x.elements());
        return List.of(CopyColumns.COPY
                .call(
                        in(x),
                        into(y, yRow > 0),
                        1,
                        all,
                        all,
                        0,
                        size(y.elements()),
                        size(yRow * y.shape().cols()),
                        0)
                .by(new Launch.Elements(new Shape(1, 1, x.elements()))));
    }

    @Override
    public long flops() {
        return 0;
    }
}
