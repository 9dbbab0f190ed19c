package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.CrissCrossKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.attention.CrissCrossVector;
import java.util.List;

/**
 * e[b, p, s] = q_p·k_n for each neighbour n = n(p, s) in the row and column of p, or e += that. Its gradients are
 * {@link CrissCrossSums} over keys and over queries.
 *
 * @param q [B, height·width, c]
 * @param k like q
 * @param e [B, height·width, height + width − 1]
 */
public record CrissCrossProducts(Buffer q, Buffer k, Buffer e, long height, long width, boolean accumulate)
        implements Op {

    private static final Kernel PRODUCTS =
            Kernel.of(CrissCrossKernels::crissCrossProducts).vector(CrissCrossVector.class);

    @Override
    public List<Call> calls() {
        return List.of(PRODUCTS.call(
                in(q),
                in(k),
                into(e, accumulate),
                size(q.shape().batch()),
                size(height),
                size(width),
                size(q.shape().cols()),
                flag(accumulate)));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * e.elements(), q.shape().cols());
    }
}
