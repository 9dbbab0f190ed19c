package farsight.op;

import static farsight.op.Op.flag;

import farsight.kernel.StreamingKernels;
import farsight.program.Buffer;
import farsight.vector.StreamingVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * Exact softmax attention without P: y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j. Keys and values may be the columns of one buffer
 * [B, M, c + w], the keys first, which is then both k and v: one of 2c columns fits the array of a result of C = 2c
 * channels that is not written yet, of which one of c leaves half unused.
 *
 * @param q [B, N, c]
 * @param k [B, M, c]
 * @param v [B, M, w]
 * @param y [B, N, w]
 * @param stats m and r of each row, [B, N, 2]: p_ij = exp(σ·(q_i·k_j − m_i))·r_i, m_i as large as q_i·k_j that σ makes the
 *     greatest logit, or near it
 * @param scale σ
 */
public record StreamingAttention(Buffer q, Buffer k, Buffer v, Buffer y, Buffer stats, float scale) implements Op {

    /** Checks that the shapes fit. */
    public StreamingAttention {
        new AttentionExtents(q, k, v, y);
    }

    @Override
    public String name() {
        return "streamingAttention";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(q, k, v);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, stats);
    }

    /** A row's result needs its own query only. */
    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(q)
                && written.equals(y)
                && !q.equals(k)
                && !q.equals(v)
                && extents().c() == extents().width()
                && extents().c() <= StreamingKernels.HELD;
    }

    @Override
    public long flops() {
        return Math.multiplyExact(
                extents().pairs(), 2L * extents().c() + 2L * extents().width() + 4);
    }

    /** The numbers of its operands. */
    AttentionExtents extents() {
        return new AttentionExtents(q, k, v, y);
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        AttentionExtents e = extents();
        return List.of(TaskPackage.createPackage(
                id,
                StreamingKernels::streamingAttention,
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
                e.flag()));
    }

    @Override
    public long iterations() {
        return y.shape().batch() * y.shape().rows();
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return StreamingGroups.allowed(limits)
                ? StreamingGroups.forward(this, id, at)
                : Op.super.groupTasks(id, at, limits);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        AttentionExtents e = extents();
        StreamingVector.streamingAttention(
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
