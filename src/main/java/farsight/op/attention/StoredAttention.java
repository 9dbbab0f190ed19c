package farsight.op.attention;

import farsight.op.Call;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.op.norm.SoftmaxRows;
import farsight.op.product.MatMul;
import farsight.program.Buffer;
import farsight.vector.Workers;
import farsight.vector.attention.StoredAttentionVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact softmax attention that stores the weights: P_i = softmax_j(σ·q_i·k_j), y_i = Σ_j p_ij·v_j. The Vector API runs
 * its two products and its softmax block by block, so that P crosses memory once; other engines run them one after the
 * other, in place.
 *
 * @param q [B, N, c]
 * @param k [B, M, c]
 * @param v [B, M, w]
 * @param p P, [B, N, M]
 * @param y [B, N, w]; may share q's array if it has its shape
 * @param scale σ
 */
public record StoredAttention(Buffer q, Buffer k, Buffer v, Buffer p, Buffer y, float scale) implements Op {

    /** Checks that the shapes fit. */
    public StoredAttention {
        new AttentionExtents(q, k, v, y);
        new MatMul(q, k, p, true, 1f, false);
    }

    private List<Op> parts() {
        return List.of(
                new MatMul(q, k, p, true, 1f, false),
                new SoftmaxRows(p, p, scale),
                new MatMul(p, v, y, false, 1f, false));
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (Op part : parts()) {
            part.calls().forEach(call -> calls.add(call.named(part.name() + calls.size())));
        }
        if (y.shape().equals(q.shape())) {
            calls.add(calls.removeLast().over(y, q));
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
        AttentionExtents e = new AttentionExtents(q, k, v, y);
        return () -> StoredAttentionVector.attention(
                at.of(q), at.of(k), at.of(v), at.of(p), at.of(y), e.batch(), e.rows(), e.keys(), e.c(), e.width(),
                scale, workers);
    }
}
