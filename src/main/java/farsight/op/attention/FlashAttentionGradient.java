package farsight.op.attention;

import static farsight.op.Op.flag;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.FlashGradientKernels;
import farsight.kernel.group.FlashKeyValueGradientGroups;
import farsight.kernel.group.FlashQueryGradientGroups;
import farsight.op.Call;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.vector.Workers;
import farsight.vector.attention.FlashAttentionVector;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The gradients of {@link FlashAttention} for q, k and v, with P recomputed from {@code stats}; or each d += that. If
 * one buffer serves as several operands, one buffer also receives their gradients, and all but the first are added. If
 * k and v are the columns of one buffer, dk and dv are separate.
 *
 * @param delta D of {@link RowDot}, [B, N, 1]
 * @param dq like q
 * @param dk [B, M, c]
 * @param dv [B, M, w]
 */
public record FlashAttentionGradient(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer dy,
        Buffer stats,
        Buffer delta,
        Buffer dq,
        Buffer dk,
        Buffer dv,
        float scale,
        boolean accumulateQuery,
        boolean accumulateKey,
        boolean accumulateValue)
        implements Op {

    private static final Kernel QUERY =
            Kernel.of(FlashGradientKernels::flashQueryGradient).group(FlashQueryGradientGroups::flashQueryGradient);
    private static final Kernel KEY = Kernel.of(FlashGradientKernels::flashKeyGradient);
    private static final Kernel VALUE = Kernel.of(FlashGradientKernels::flashValueGradient);
    private static final Kernel KEY_VALUE =
            Kernel.of(FlashKeyValueGradientGroups::flashKeyValueGradient).fused();

    /** Checks that the shapes fit. */
    public FlashAttentionGradient {
        new AttentionExtents(q, k, v, dy);
        new AttentionExtents(dq, dk, dv, dy);
    }

    @Override
    public String name() {
        return "flashGradient";
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
                        in(delta),
                        into(dq, accumulateQuery),
                        fromGrid(e.batch()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        flags(accumulateQuery))
                .by(groups(
                        () -> FlashQueryGradientGroups.groups(e.batch(), e.rows(), e.c()),
                        FlashQueryGradientGroups.GROUP))
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
                        in(delta),
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

    /** The gradients of keys and values in one work-group call. */
    private Call keyValue() {
        AttentionExtents e = extents();
        return KEY_VALUE
                .call(
                        in(q),
                        in(k),
                        in(v),
                        in(dy),
                        in(stats),
                        in(delta),
                        into(dk, accumulateKey),
                        into(dv, accumulateValue),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        scale,
                        FlashKeyValueGradientGroups.ADD_KEYS * flag(accumulateKey)
                                + FlashKeyValueGradientGroups.ADD_VALUES * flag(accumulateValue)
                                + FlashKeyValueGradientGroups.PACKED * flag(e.packed()))
                .by(groups(
                        () -> FlashKeyValueGradientGroups.groups(e.batch(), e.keys(), e.c(), e.width()),
                        FlashKeyValueGradientGroups.GROUP))
                .named("KeyValue");
    }

    private Launch groups(LongSupplier count, int items) {
        return new Launch.Groups(count, items, FlashAttention.LOCAL_BYTES, loop());
    }

    private Launch loop() {
        return new Launch.Iterations(Math.max(
                q.shape().batch() * q.shape().rows(),
                k.shape().batch() * k.shape().rows()));
    }

    /**
     * Work-groups compute the gradients of keys and values in one call, unless both are one buffer: TornadoVM's
     * scheduler hangs on a call with the same array twice.
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
        // P, the gradient of P and three products with them; recomputation is not counted.
        return Math.multiplyExact(
                extents().pairs(), 6L * extents().c() + 4L * extents().width() + 6);
    }

    /** The extents of its operands. */
    private AttentionExtents extents() {
        return new AttentionExtents(q, k, v, dy);
    }

    /** The kernel flags for one gradient. */
    private int flags(boolean accumulate) {
        return (accumulate ? FlashGradientKernels.ADD : 0) + extents().flag();
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        AttentionExtents e = extents();
        return () -> FlashAttentionVector.flashGradients(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(dy),
                at.of(stats),
                at.of(delta),
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
