package farsight.op.attention;

import static farsight.op.Op.flag;

import farsight.op.Call;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.Target;
import farsight.op.product.GemmSoftmaxGradient;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.vector.Workers;
import farsight.vector.attention.StoredGradientVector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of {@link StoredAttention}: dv_j = Σ_i p_ij·dy_i, S = σ·P∘(dY·Vᵀ − D), dq_i = Σ_j s_ij·k_j and dk_j =
 * Σ_i s_ij·q_i, or each += that. The Vector API reads P once and does not store S; other engines store S, over P.
 *
 * @param p P, [B, N, M]
 * @param dy [B, N, w]
 * @param delta D_i = y_i·dy_i, [B, N, 1]
 * @param slopes S, [B, N, M]; may share P's array
 * @param dv [B, M, w]
 * @param valueChunks partial sums of dv, or null ({@link MatMulLeftTransposed})
 * @param dq like q
 * @param dk [B, M, c]
 * @param keyChunks partial sums of dk, or null
 * @param scale σ
 */
public record StoredAttentionGradient(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer p,
        Buffer dy,
        Buffer delta,
        Buffer slopes,
        Buffer dv,
        @Nullable Buffer valueChunks,
        Buffer dq,
        Buffer dk,
        @Nullable Buffer keyChunks,
        float scale,
        boolean accumulateValue,
        boolean accumulateQuery,
        boolean accumulateKey)
        implements Op {

    /** Checks that the shapes fit. */
    public StoredAttentionGradient {
        new AttentionExtents(q, k, v, dy);
        new AttentionExtents(dq, dk, dv, dy);
    }

    /** Adds this operation and its workspace to the program. */
    public static void record(
            Program.Builder program,
            StoredAttention forward,
            Buffer dy,
            Buffer delta,
            Target dv,
            Target dq,
            Target dk) {
        Buffer p = forward.p();
        Buffer slopes = program.buffer("d." + p.name(), p.shape(), Role.INTERMEDIATE);
        program.add(new StoredAttentionGradient(
                forward.q(),
                forward.k(),
                forward.v(),
                p,
                dy,
                delta,
                slopes,
                dv.buffer(),
                MatMulLeftTransposed.workspace(program, p, dv.buffer(), 1f, dv.accumulate()),
                dq.buffer(),
                dk.buffer(),
                MatMulLeftTransposed.workspace(program, p, dk.buffer(), 1f, dk.accumulate()),
                forward.scale(),
                dv.accumulate(),
                dq.accumulate(),
                dk.accumulate()));
    }

    private List<Op> parts() {
        return List.of(
                MatMulLeftTransposed.of(p, dy, dv, valueChunks, 1f, accumulateValue),
                new GemmSoftmaxGradient(dy, v, p, delta, slopes, scale),
                new MatMul(slopes, k, dq, false, 1f, accumulateQuery),
                MatMulLeftTransposed.of(slopes, q, dk, keyChunks, 1f, accumulateKey));
    }

    @Override
    public String name() {
        return "attentionGradient";
    }

    @Override
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (Op part : parts()) {
            part.calls().forEach(call -> calls.add(call.named(part.name() + calls.size())));
        }
        return calls;
    }

    @Override
    public long flops() {
        return parts().stream().mapToLong(Op::flops).reduce(0, Math::addExact);
    }

    @Override
    public List<Op> parts(GroupLimits limits) {
        return parts();
    }

    @Override
    public Runnable vector(Storage at, Workers workers) {
        AttentionExtents e = new AttentionExtents(q, k, v, dy);
        return () -> StoredGradientVector.gradients(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(p),
                at.of(dy),
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
                flag(accumulateQuery),
                flag(accumulateKey),
                flag(accumulateValue),
                workers);
    }
}
