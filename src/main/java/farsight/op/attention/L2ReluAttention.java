package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.L2ReluAttentionKernels;
import farsight.kernel.group.L2ReluAttentionGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.product.MatMul;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.Workers;
import farsight.vector.attention.L2ReluAttentionVector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention with weights max(q·k, 0), each row optionally scaled to unit norm: y_i = Σ_j w_ij·v_j with w_i =
 * l2(max(q_i·k_j, 0)). The weights are not stored.
 *
 * @param q [batch or 1, rows, c]
 * @param k [batch or 1, keys, c]
 * @param v [batch, keys, width]
 * @param y [batch, rows, width]
 * @param norms of each row's weights before the scaling, [batch, rows, 1]
 * @param partial one y and one squared norm per row and chunk of keys; null for a single chunk
 * @param chunks the chunks of keys
 * @param unit whether the weights are scaled
 */
public record L2ReluAttention(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer y,
        Buffer norms,
        @Nullable Partial partial,
        Chunks chunks,
        boolean unit) implements Op {

    private static final Kernel SUMS = Kernel.of(L2ReluAttentionKernels::sums)
            .group(L2ReluAttentionGroups::sums)
            .vector(L2ReluAttentionVector.class);
    /** Recomputes rows whose squared norm may have overflowed. */
    private static final Kernel LARGE = Kernel.of(L2ReluAttentionKernels::largeSums);
    /** Joins the chunks' squared norms and prepares their sums for addition. */
    private static final Kernel JOIN = Kernel.of(L2ReluAttentionKernels::joinChunks);

    private static final Kernel UNIT = Kernel.of(L2ReluAttentionKernels::unitRows);

    /**
     * The partial sums of the chunks of keys.
     *
     * @param y [batch, chunks·rows, width]
     * @param squares [batch, chunks·rows, 1]
     */
    public record Partial(Buffer y, Buffer squares) {}

    /** Adds this operation and its workspace to the program. */
    public static L2ReluAttention record(
            Program.Builder program, Buffer q, Buffer k, Buffer v, Buffer y, Buffer norms, boolean unit) {
        Shape s = y.shape();
        long keys = v.shape().rows();
        boolean fits = q.shape().cols() == k.shape().cols()
                && k.shape().rows() == keys
                && q.shape().rows() == s.rows()
                && v.shape().cols() == s.cols()
                && v.shape().batch() == s.batch()
                && (q.shape().batch() == 1 || q.shape().batch() == s.batch())
                && (k.shape().batch() == 1 || k.shape().batch() == s.batch());
        if (!fits) {
            throw new IllegalArgumentException("attention of q " + q.shape() + ", k " + k.shape() + " and v "
                    + v.shape() + " does not give y " + s);
        }
        // With more rows than keys, each row is a task of its own and the keys need no chunks.
        Chunks chunks = keys > s.rows() ? Chunks.ofUnstored(keys, s.elements()) : Chunks.whole(keys);
        Partial partial = null;
        if (chunks.count() > 1) {
            Shape pieces = new Shape(s.batch(), chunks.count() * s.rows(), s.cols());
            partial = new Partial(
                    program.buffer(y.name() + ".chunks", pieces, Role.INTERMEDIATE),
                    program.buffer(
                            norms.name() + ".chunks", new Shape(s.batch(), pieces.rows(), 1), Role.INTERMEDIATE));
        }
        L2ReluAttention attention = new L2ReluAttention(q, k, v, y, norms, partial, chunks, unit);
        program.add(attention);
        return attention;
    }

    @Override
    public String name() {
        return unit ? "l2ReluAttention" : "reluAttention";
    }

    /** Two products, and per weight one maximum and one square added. */
    @Override
    public long flops() {
        long pairs = Math.multiplyExact(
                y.shape().batch() * y.shape().rows(), v.shape().rows());
        return Math.multiplyExact(pairs, 2 * q.shape().cols() + 2 * y.shape().cols() + 3);
    }

    @Override
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        calls.add(sums());
        if (unit) {
            calls.add(large(false));
        }
        if (partial != null) {
            calls.add(JOIN.call(
                            into(partial.y(), true),
                            in(partial.squares()),
                            out(norms),
                            batch(),
                            chunks.count(),
                            rows(),
                            width())
                    .by(new Launch.Iterations(norms.elements()))
                    .named("Join"));
            calls.add(ChunkSum.of(partial.y(), y).named("Add"));
        }
        calls.add(UNIT.call(into(y, true), into(norms, true), size(norms.elements()), width(), flag(unit))
                .by(new Launch.Iterations(norms.elements())));
        return calls;
    }

    private Call sums() {
        long pieces = y.shape().batch() * chunks.count();
        return SUMS.call(
                        in(q),
                        in(k),
                        in(v),
                        out(partial == null ? y : partial.y()),
                        out(squares()),
                        fromGrid(batch()),
                        rows(),
                        size(v.shape().rows()),
                        size(q.shape().cols()),
                        width(),
                        MatMul.stride(q),
                        MatMul.stride(k),
                        chunks.count(),
                        chunks.rows())
                .by(new Launch.Groups(
                        () -> L2ReluAttentionGroups.groups(size(pieces), rows(), width()),
                        L2ReluAttentionGroups.GROUP,
                        L2ReluAttentionGroups.LOCAL_BYTES,
                        new Launch.HeavyIterations(() -> L2ReluAttentionKernels.parts(size(pieces), rows(), width()))))
                .named("Sums");
    }

    private Call large(boolean rooted) {
        return LARGE.call(
                        in(q),
                        in(k),
                        in(v),
                        into(partial == null ? y : partial.y(), true),
                        into(squares(), true),
                        batch(),
                        rows(),
                        size(v.shape().rows()),
                        size(q.shape().cols()),
                        width(),
                        MatMul.stride(q),
                        MatMul.stride(k),
                        chunks.count(),
                        chunks.rows(),
                        flag(rooted))
                .by(new Launch.Iterations(squares().elements()))
                .named("Large");
    }

    private Buffer squares() {
        return partial == null ? norms : partial.squares();
    }

    private int batch() {
        return size(y.shape().batch());
    }

    private int rows() {
        return size(y.shape().rows());
    }

    private int width() {
        return size(y.shape().cols());
    }

    /** Fuses the sum and the scaling if there is a single chunk. */
    @Override
    public Runnable vector(Storage at, Workers workers) {
        if (partial != null) {
            return Op.super.vector(at, workers);
        }
        Runnable attention = () -> L2ReluAttentionVector.attention(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(y),
                at.of(norms),
                batch(),
                rows(),
                size(v.shape().rows()),
                size(q.shape().cols()),
                width(),
                MatMul.stride(q),
                MatMul.stride(k),
                flag(unit),
                workers);
        return unit ? Op.inTurn(List.of(attention, large(true).vector(at, workers))) : attention;
    }
}
