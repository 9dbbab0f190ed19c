package farsight.op.sum;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.FlashAttentionKernels;
import farsight.kernel.group.RowGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.RowDots;
import java.util.List;

/**
 * D_i = y_i·dy_i for every row i.
 *
 * @param y [B, N, C]
 * @param dy like y
 * @param delta D, [B, N, 1]
 */
public record RowDot(Buffer y, Buffer dy, Buffer delta) implements Op {

    private static final Kernel DOT =
            Kernel.of(FlashAttentionKernels::rowDot).group(RowGroups::rowDot).vector(RowDots.class);

    @Override
    public List<Call> calls() {
        Shape s = y.shape();
        long rows = s.batch() * s.rows();
        return List.of(DOT.call(in(y), in(dy), out(delta), size(rows), size(s.cols()))
                .by(new Launch.SharedRows(rows, s.cols())));
    }

    @Override
    public long flops() {
        return 2 * y.elements();
    }
}
