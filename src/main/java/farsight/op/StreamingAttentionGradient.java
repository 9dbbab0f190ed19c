package farsight.op;

import static farsight.op.Op.flag;

import farsight.kernel.StreamingGradientKernels;
import farsight.program.Buffer;
import farsight.vector.StreamingVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The gradients of {@link StreamingAttention} for q, k and v, by computing P again from {@code stats}; or each d +=
 * that. Gradients of one buffer that is several operands are one buffer too, and all but the first are added; but
 * where k and v are the columns of one buffer, dk and dv are two.
 *
 * @param along D of {@link RowDot}, [B, N, 1]
 * @param dq like q
 * @param dk [B, M, c]
 * @param dv [B, M, w]
 */
public record StreamingAttentionGradient(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer dy,
        Buffer stats,
        Buffer along,
        Buffer dq,
        Buffer dk,
        Buffer dv,
        float scale,
        boolean accumulateQuery,
        boolean accumulateKey,
        boolean accumulateValue)
        implements Op {

    /** Checks that the shapes fit. */
    public StreamingAttentionGradient {
        new AttentionExtents(q, k, v, dy);
        new AttentionExtents(dq, dk, dv, dy);
    }

    @Override
    public String name() {
        return "streamingGradient";
    }

    @Override
    public List<Buffer> reads() {
        List<Buffer> reads = new ArrayList<>(Op.reading(accumulateQuery, dq, q, k, v, dy, stats, along));
        if (accumulateKey && !dk.equals(dq)) {
            reads.add(dk);
        }
        if (accumulateValue && !dv.equals(dq) && !dv.equals(dk)) {
            reads.add(dv);
        }
        return List.copyOf(reads);
    }

    @Override
    public List<Buffer> writes() {
        return Stream.of(dq, dk, dv).distinct().toList();
    }

    @Override
    public long flops() {
        // P, P's gradient and three products with them: what the kernels compute more than once counts once.
        return Math.multiplyExact(
                extents().pairs(), 6L * extents().c() + 4L * extents().width() + 6);
    }

    /** The numbers of its operands. */
    AttentionExtents extents() {
        return new AttentionExtents(q, k, v, dy);
    }

    /** The kernels' flags of a gradient. */
    int flags(boolean accumulate) {
        return (accumulate ? StreamingGradientKernels.ADD : 0) + extents().flag();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        AttentionExtents e = extents();
        return List.of(
                TaskPackage.createPackage(
                        id + "Query",
                        StreamingGradientKernels::streamingQueryGradient,
                        at.of(q),
                        at.of(k),
                        at.of(v),
                        at.of(dy),
                        at.of(stats),
                        at.of(along),
                        at.of(dq),
                        e.batch(),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateQuery)),
                TaskPackage.createPackage(
                        id + "Key",
                        StreamingGradientKernels::streamingKeyGradient,
                        at.of(q),
                        at.of(k),
                        at.of(v),
                        at.of(dy),
                        at.of(stats),
                        at.of(along),
                        at.of(dk),
                        e.batch(),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateKey)),
                TaskPackage.createPackage(
                        id + "Value",
                        StreamingGradientKernels::streamingValueGradient,
                        at.of(q),
                        at.of(k),
                        at.of(dy),
                        at.of(stats),
                        at.of(dv),
                        e.batch(),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateValue)));
    }

    @Override
    public long iterations() {
        return Math.max(
                q.shape().batch() * q.shape().rows(),
                k.shape().batch() * k.shape().rows());
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        List<GridTask> plain = Op.super.groupTasks(id, at, limits);
        return StreamingGroups.allowed(limits) ? StreamingGroups.gradient(this, id, at, plain) : plain;
    }

    @Override
    public void vector(Storage at, Workers workers) {
        AttentionExtents e = extents();
        StreamingVector.streamingGradients(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(dy),
                at.of(stats),
                at.of(along),
                at.of(dq),
                at.of(dk),
                at.of(dv),
                e.batch(),
                e.rows(),
                e.keys(),
                e.c(),
                e.width(),
                scale,
                flag(e.packed()),
                flag(accumulateQuery),
                flag(accumulateKey),
                flag(accumulateValue),
                workers);
    }
}
