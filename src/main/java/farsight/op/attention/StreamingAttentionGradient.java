package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.op.sum.RowDot;
import farsight.op.Storage;
import farsight.op.Launch;
import farsight.op.Call;
import farsight.op.GroupLimits;
import farsight.op.GridTask;
import farsight.op.Op;
import farsight.op.Kernel;
import farsight.kernel.StreamingGradientKernels;
import farsight.kernel.group.StreamingKeyValueGradient;
import farsight.kernel.group.StreamingQueryGradient;
import farsight.program.Buffer;
import farsight.vector.StreamingVector;
import farsight.vector.Workers;
import java.util.List;
import java.util.function.LongSupplier;

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

    private static final Kernel QUERY = Kernel.of(StreamingGradientKernels::streamingQueryGradient)
            .group(StreamingQueryGradient::streamingQueryGradient);
    private static final Kernel KEY = Kernel.of(StreamingGradientKernels::streamingKeyGradient);
    private static final Kernel VALUE = Kernel.of(StreamingGradientKernels::streamingValueGradient);
    private static final Kernel KEY_VALUE =
            Kernel.of(StreamingKeyValueGradient::streamingKeyValueGradient).fused();

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
    public List<Call> calls() {
        return List.of(query(), key(), value());
    }

    private Call query() {
        AttentionExtents e = extents();
        return QUERY.call(
                        in(q),
                        in(k),
                        in(v),
                        in(dy),
                        in(stats),
                        in(along),
                        into(dq, accumulateQuery),
                        fromGrid(e.batch()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateQuery))
                .by(groups(
                        () -> StreamingQueryGradient.groups(e.batch(), e.rows(), e.c()), StreamingQueryGradient.GROUP))
                .named("Query");
    }

    private Call key() {
        AttentionExtents e = extents();
        return KEY.call(
                        in(q),
                        in(k),
                        in(v),
                        in(dy),
                        in(stats),
                        in(along),
                        into(dk, accumulateKey),
                        e.batch(),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateKey))
                .by(loop())
                .named("Key");
    }

    private Call value() {
        AttentionExtents e = extents();
        return VALUE.call(
                        in(q),
                        in(k),
                        in(dy),
                        in(stats),
                        into(dv, accumulateValue),
                        e.batch(),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateValue))
                .by(loop())
                .named("Value");
    }

    /** The gradients of keys and values in one, by work-groups. */
    private Call keyValue() {
        AttentionExtents e = extents();
        return KEY_VALUE
                .call(
                        in(q),
                        in(k),
                        in(v),
                        in(dy),
                        in(stats),
                        in(along),
                        into(dk, accumulateKey),
                        into(dv, accumulateValue),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        StreamingKeyValueGradient.ADD_KEYS * flag(accumulateKey)
                                + StreamingKeyValueGradient.ADD_VALUES * flag(accumulateValue)
                                + StreamingKeyValueGradient.PACKED * flag(e.packed()))
                .by(groups(
                        () -> StreamingKeyValueGradient.groups(e.batch(), e.keys(), e.c(), e.width()),
                        StreamingKeyValueGradient.GROUP))
                .named("KeyValue");
    }

    private Launch groups(LongSupplier count, int items) {
        return new Launch.Groups(count, items, StreamingAttention.LOCAL_BYTES, loop());
    }

    private Launch loop() {
        return new Launch.Iterations(Math.max(
                q.shape().batch() * q.shape().rows(),
                k.shape().batch() * k.shape().rows()));
    }

    /**
     * The gradients of keys and values are one call by work-groups, but where they are one buffer: TornadoVM's scheduler does
     * not return from a call with the same array twice.
     */
    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Call both = keyValue();
        return dk.equals(dv) || !both.groups(limits)
                ? Op.super.groupTasks(id, at, limits)
                : List.of(query().task(id, at, limits), both.task(id, at, limits));
    }

    @Override
    public long flops() {
        // P, P's gradient and three products with them: what the kernels compute more than once counts once.
        return Math.multiplyExact(
                extents().pairs(), 6L * extents().c() + 4L * extents().width() + 6);
    }

    /** The numbers of its operands. */
    private AttentionExtents extents() {
        return new AttentionExtents(q, k, v, dy);
    }

    /** The kernels' flags of a gradient. */
    private int flags(boolean accumulate) {
        return (accumulate ? StreamingGradientKernels.ADD : 0) + extents().flag();
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
