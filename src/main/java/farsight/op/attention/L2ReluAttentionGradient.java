package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.L2ReluAttentionKernels;
import farsight.kernel.L2ReluGradientKernels;
import farsight.kernel.group.L2ReluAttentionGroups;
import farsight.kernel.group.L2ReluGradientGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.Target;
import farsight.op.product.MatMul;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.Workers;
import farsight.vector.attention.L2ReluAttentionVector;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of {@link L2ReluAttention} with unit-norm weights for q, k and v, with the weights recomputed.
 *
 * @param q [batch or 1, rows, c]
 * @param k [batch or 1, keys, c]
 * @param v [batch, keys, width]
 * @param dy [batch, rows, width]
 * @param norms [batch, rows, 1]
 * @param delta D_i = y_i·dy_i, [batch, rows, 1]
 * @param f workspace, [batch, rows, 1]
 * @param h workspace like f
 * @param dq target of the gradient of q
 * @param dk target of the gradient of k
 * @param dv target of the gradient of v
 */
public record L2ReluAttentionGradient(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer dy,
        Buffer norms,
        Buffer delta,
        Buffer f,
        Buffer h,
        GradientChunks dq,
        GradientChunks dk,
        GradientChunks dv)
        implements Op {

    private static final Kernel FACTORS = Kernel.of(L2ReluGradientKernels::factors);
    private static final Kernel SIDE =
            Kernel.of(L2ReluGradientKernels::sideGradient).group(L2ReluGradientGroups::sideGradient);
    private static final Kernel VALUE =
            Kernel.of(L2ReluGradientKernels::valueGradient).group(L2ReluGradientGroups::valueGradient);

    /**
     * Adds this operation and its workspace to the program.
     *
     * @param delta D_i = y_i·dy_i, [batch, rows, 1]
     */
    public static void record(
            Program.Builder program,
            L2ReluAttention forward,
            Buffer dy,
            Buffer delta,
            Target dq,
            Target dk,
            Target dv) {
        long batch = dy.shape().batch();
        long rows = dy.shape().rows();
        long keys = forward.v().shape().rows();
        long columns = Math.max(forward.q().shape().cols(), dy.shape().cols());
        // The gradients of the shorter side are summed over the longer side in chunks, which all of them share.
        Chunks overKeys = keys > rows ? Chunks.ofUnstored(keys, batch * rows * columns) : Chunks.whole(keys);
        Chunks overRows = rows >= keys ? Chunks.ofUnstored(rows, batch * keys * columns) : Chunks.whole(rows);
        program.add(new L2ReluAttentionGradient(
                forward.q(),
                forward.k(),
                forward.v(),
                dy,
                forward.norms(),
                delta,
                factors(program, dy, "f"),
                factors(program, dy, "h"),
                GradientChunks.of(program, dq, batch, overKeys),
                GradientChunks.of(program, dk, batch, overRows),
                GradientChunks.of(program, dv, batch, overRows)));
    }

    private static Buffer factors(Program.Builder program, Buffer dy, String name) {
        Shape shape = new Shape(dy.shape().batch(), dy.shape().rows(), 1);
        return program.buffer(dy.name() + "." + name, shape, Role.INTERMEDIATE);
    }

    @Override
    public String name() {
        return "l2ReluAttentionGradient";
    }

    /** The weights, their gradients, and three products with them; recomputation is not counted. */
    @Override
    public long flops() {
        long pairs = Math.multiplyExact(
                dy.shape().batch() * dy.shape().rows(), v.shape().rows());
        return Math.multiplyExact(pairs, 6 * q.shape().cols() + 4 * v.shape().cols() + 6);
    }

    @Override
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        calls.add(FACTORS.call(in(norms), in(delta), out(f), out(h), size(f.elements()))
                .named("Factors"));
        int ofRows = L2ReluGradientKernels.FACTORS_OF_ROWS;
        add(calls, side(q, k, dy, v, dq, ofRows), dq, "Query");
        add(calls, side(k, q, v, dy, dk, 0), dk, "Key");
        add(calls, value(), dv, "Value");
        return calls;
    }

    private static void add(List<Call> calls, Call gradient, GradientChunks side, String part) {
        calls.add(gradient.named(part));
        side.end().ifPresent(sum -> calls.add(sum.named(part + "Sum")));
    }

    /**
     * The gradient of the queries or of the keys.
     *
     * @param x the rows to differentiate, q or k
     * @param t the other side, k or q
     * @param a belongs to x: dy for q, v for k
     * @param e belongs to t: v for q, dy for k
     */
    private Call side(Buffer x, Buffer t, Buffer a, Buffer e, GradientChunks side, int factors) {
        return SIDE.call(
                        in(x),
                        in(t),
                        in(a),
                        in(e),
                        in(f),
                        in(h),
                        side.operand(),
                        fromGrid(size(dy.shape().batch())),
                        size(x.shape().rows()),
                        size(t.shape().rows()),
                        size(q.shape().cols()),
                        size(v.shape().cols()),
                        flags(x, t, side) + factors,
                        side.chunks().count(),
                        side.chunks().rows())
                .by(groups(x, side));
    }

    private Call value() {
        return VALUE.call(
                        in(k),
                        in(q),
                        in(dy),
                        in(f),
                        dv.operand(),
                        fromGrid(size(dy.shape().batch())),
                        size(k.shape().rows()),
                        size(q.shape().rows()),
                        size(q.shape().cols()),
                        size(v.shape().cols()),
                        flags(k, q, dv),
                        dv.chunks().count(),
                        dv.chunks().rows())
                .by(groups(k, dv));
    }

    private static int flags(Buffer x, Buffer t, GradientChunks side) {
        return L2ReluGradientKernels.SHARED_ROWS * flag(x.shape().batch() == 1)
                + L2ReluGradientKernels.SHARED_OTHERS * flag(t.shape().batch() == 1)
                + side.added();
    }

    private Launch groups(Buffer x, GradientChunks side) {
        int pieces = size(dy.shape().batch() * side.chunks().count());
        int rows = size(x.shape().rows());
        int cols = size(side.target().shape().cols());
        return new Launch.Groups(
                () -> L2ReluAttentionGroups.groups(pieces, rows, cols),
                L2ReluGradientGroups.GROUP,
                L2ReluGradientGroups.LOCAL_BYTES,
                new Launch.HeavyIterations(() -> L2ReluAttentionKernels.parts(pieces, rows, cols)));
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        int rows = size(dy.shape().rows());
        int keys = size(v.shape().rows());
        Chunks chunks = rows >= keys ? dk.chunks() : dq.chunks();
        Runnable gradients = () -> L2ReluAttentionVector.gradients(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(dy),
                at.of(norms),
                at.of(delta),
                at.of(dq.sums()),
                at.of(dk.sums()),
                at.of(dv.sums()),
                size(dy.shape().batch()),
                rows,
                keys,
                size(q.shape().cols()),
                size(v.shape().cols()),
                MatMul.stride(q),
                MatMul.stride(k),
                chunks.count(),
                chunks.rows(),
                flag(dq.added() != 0),
                flag(dk.added() != 0),
                flag(dv.added() != 0),
                workers);
        List<Runnable> all = new ArrayList<>(List.of(gradients));
        List.of(dq, dk, dv).forEach(side -> side.end().ifPresent(sum -> all.add(sum.vector(at, workers))));
        return Op.inTurn(all);
    }
}
