package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.CrissCrossKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.attention.CrissCrossVector;
import java.util.List;

/**
 * y_p = Σ_s a[b, p, s]·v_n over the neighbours n = n(p, s) in the row and column of p, or y += that. Transposed, y_n =
 * Σ a[b, p, s]·v_p over every p with neighbour n(p, s) = n. The gradient of v is the same sum with {@code transposed}
 * flipped; the gradient of a is {@link CrissCrossProducts}.
 *
 * @param a [B, height·width, height + width − 1]
 * @param v [B, height·width, C]
 * @param y like v
 */
public record CrissCrossSums(
        Buffer a, Buffer v, Buffer y, long height, long width, boolean transposed, boolean accumulate) implements Op {

    private static final Kernel SUMS =
            Kernel.of(CrissCrossKernels::crissCrossSums).vector(CrissCrossVector.class);
    private static final Kernel RETURNS =
            Kernel.of(CrissCrossKernels::crissCrossReturns).vector(CrissCrossVector.class);

    @Override
    public List<Call> calls() {
        return List.of((transposed ? RETURNS : SUMS)
                .call(
                        in(a),
                        in(v),
                        into(y, accumulate),
                        size(v.shape().batch()),
                        size(height),
                        size(width),
                        size(v.shape().cols()),
                        flag(accumulate))
                .by(new Launch.Elements(y.shape())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * a.elements(), v.shape().cols());
    }
}
