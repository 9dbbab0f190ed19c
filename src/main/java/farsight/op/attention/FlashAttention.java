package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.FlashAttentionKernels;
import farsight.kernel.group.FlashAttentionGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.vector.Workers;
import farsight.vector.attention.FlashAttentionVector;
import java.util.List;

/**
 * Exact softmax attention that never stores the weights P: y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j. One buffer [B, M, c + w]
 * may serve as both k and v, keys in its first columns. A packed buffer of 2c columns fills the array of a later result
 * of C = 2c channels; a buffer of c columns would leave half of that array unused.
 *
 * @param q [B, N, c]
 * @param k [B, M, c]
 * @param v [B, M, w]
 * @param y [B, N, w]
 * @param stats m and r of each row, [B, N, 2]: p_ij = exp(σ·(q_i·k_j − m_i))·r_i, m_i the q_i·k_j of the largest logit,
 *     or near it
 * @param scale σ
 */
public record FlashAttention(Buffer q, Buffer k, Buffer v, Buffer y, Buffer stats, float scale) implements Op {

    /** Local memory of the largest work-group of the forward and backward twins. */
    static final int LOCAL_BYTES = FlashAttentionGroups.LOCAL_BYTES;

    private static final Kernel ATTENTION =
            Kernel.of(FlashAttentionKernels::flashAttention).group(FlashAttentionGroups::flashAttention);

    /** Checks that the shapes fit. */
    public FlashAttention {
        new AttentionExtents(q, k, v, y);
    }

    @Override
    public List<Call> calls() {
        AttentionExtents e = extents();
        long rows = y.shape().batch() * y.shape().rows();
        return List.of(ATTENTION
                .call(
                        in(q),
                        in(k),
                        in(v),
                        mayReplaceQueries() ? out(y).over(q) : out(y),
                        out(stats),
                        fromGrid(e.batch()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        e.flag())
                .by(new Launch.Groups(
                        () -> FlashAttentionGroups.groups(e.batch(), e.rows(), e.width()),
                        FlashAttentionGroups.GROUP,
                        LOCAL_BYTES,
                        new Launch.Iterations(rows))));
    }

    /** Whether y may overwrite q: each row of y needs only its own query. */
    private boolean mayReplaceQueries() {
        AttentionExtents e = extents();
        return !q.equals(k) && !q.equals(v) && e.c() == e.width() && e.c() <= FlashAttentionKernels.HELD;
    }

    @Override
    public long flops() {
        return Math.multiplyExact(
                extents().pairs(), 2L * extents().c() + 2L * extents().width() + 4);
    }

    /** The extents of its operands. */
    AttentionExtents extents() {
        return new AttentionExtents(q, k, v, y);
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        AttentionExtents e = extents();
        return () -> FlashAttentionVector.flashAttention(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(y),
                at.of(stats),
                e.batch(),
                e.rows(),
                e.keys(),
                e.c(),
                e.width(),
                scale,
                flag(e.packed()),
                workers);
    }
}
