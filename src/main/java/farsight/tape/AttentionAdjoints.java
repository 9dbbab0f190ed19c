package farsight.tape;

import farsight.op.Target;
import farsight.op.attention.CrissCrossProducts;
import farsight.op.attention.CrissCrossSums;
import farsight.op.attention.FlashAttention;
import farsight.op.attention.FlashAttentionGradient;
import farsight.op.attention.L2ReluAttention;
import farsight.op.attention.L2ReluAttentionGradient;
import farsight.op.attention.PairSum;
import farsight.op.attention.StoredAttention;
import farsight.op.attention.StoredAttentionGradient;
import farsight.op.layout.CopyRows;
import farsight.op.product.Project;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/** Operations on pairs of positions, with their adjoints: {@link Tape#attention}. */
public final class AttentionAdjoints {

    private final Recording r;

    AttentionAdjoints(Recording r) {
        this.r = r;
    }

    /** A[b, i, j] = α·ReLU(s[b, i] + t[b, j]): s [B, N, 1], t [B, M, 1]. */
    public Buffer pairSum(Buffer s, Buffer t, float alpha) {
        Buffer a = r.like(s, t.shape().rows(), "pairs");
        r.program().add(new PairSum(s, t, a, alpha));
        r.adjoint(a, da -> {
            Target ds = r.gradients().target(s);
            Target dt = r.gradients().target(t);
            r.program()
                    .add(new PairSum.Gradient(
                            s, t, da, ds.buffer(), dt.buffer(), alpha, ds.accumulate(), dt.accumulate()));
        });
        return a;
    }

    /**
     * q_p·k_n for every position p of a grid and each of its H + W − 1 neighbours n: the W positions of its row in
     * order, including p, then the other positions of its column from the top. q and k [B, H·W, c]; the result [B, H·W,
     * H + W − 1].
     */
    public Buffer crissCrossProducts(Buffer q, Buffer k, long height, long width) {
        Buffer e = r.like(q, height + width - 1, "crissCross");
        r.program().add(new CrissCrossProducts(q, k, e, height, width, false));
        r.adjoint(e, de -> {
            Target dq = r.gradients().target(q);
            r.program().add(new CrissCrossSums(de, k, dq.buffer(), height, width, false, dq.accumulate()));
            Target dk = r.gradients().target(k);
            r.program().add(new CrissCrossSums(de, q, dk.buffer(), height, width, true, dk.accumulate()));
        });
        return e;
    }

    /** Σ_n a_pn·v_n over the neighbours of {@link #crissCrossProducts}: a [B, H·W, H + W − 1], v [B, H·W, C]. */
    public Buffer crissCrossSums(Buffer a, Buffer v, long height, long width) {
        Buffer y = r.like(v, "gathered");
        r.program().add(new CrissCrossSums(a, v, y, height, width, false, false));
        r.adjoint(y, dy -> {
            Target da = r.gradients().target(a);
            r.program().add(new CrissCrossProducts(dy, v, da.buffer(), height, width, da.accumulate()));
            Target dv = r.gradients().target(v);
            r.program().add(new CrissCrossSums(a, dy, dv.buffer(), height, width, true, dv.accumulate()));
        });
        return y;
    }

    /**
     * Σ_j w_ij·v_j without storing the weights: w_i = max(q_i·k_j, 0), with {@code unit} scaled to unit L2 norm.
     * Without the scaling it has no adjoint.
     *
     * @param q [B or 1, N, c]
     * @param k [B or 1, M, c]
     * @param v [B, M, w]
     * @param unit whether the weights are scaled
     * @throws IllegalStateException without the scaling, if more than the result is needed
     */
    public Attended l2Relu(Buffer q, Buffer k, Buffer v, boolean unit) {
        if (!unit) {
            r.withoutAdjoint();
        }
        Shape s = new Shape(v.shape().batch(), q.shape().rows(), v.shape().cols());
        Buffer y = r.intermediate("attended", s);
        Buffer norms = r.intermediate("norms", new Shape(s.batch(), s.rows(), 1));
        L2ReluAttention forward = L2ReluAttention.record(r.program(), q, k, v, y, norms, unit);
        r.adjoint(y, dy -> {
            Buffer delta = r.rowDot(y, dy);
            Target dq = r.gradients().target(q);
            Target dk = r.gradients().target(k);
            Target dv = r.gradients().target(v);
            L2ReluAttentionGradient.record(r.program(), forward, dy, delta, dq, dk, dv);
        });
        return new Attended(y, norms);
    }

    /** Σ_j softmax_j(σ·q_i·k_j)·v_j with the N×M weights stored: q [B, N, c], k [B, M, c], v [B, M, w]. */
    public Buffer stored(Buffer q, Buffer k, Buffer v, float scale) {
        Buffer p = r.like(q, k.shape().rows(), "softmax");
        Buffer y = r.like(q, v.shape().cols(), "attended");
        StoredAttention forward = new StoredAttention(q, k, v, p, y, scale);
        r.program().add(forward);
        r.adjoint(y, dy -> {
            Buffer delta = r.rowDot(y, dy);
            Target dv = r.gradients().target(v);
            Target dq = r.gradients().target(q);
            Target dk = r.gradients().target(k);
            StoredAttentionGradient.record(r.program(), forward, dy, delta, dv, dq, dk);
        });
        return y;
    }

    /** Σ_j softmax_j(σ·q_i·k_j)·v_j without storing the N×M weights: q [B, N, c], k [B, M, c], v [B, M, w]. */
    public Buffer flash(Buffer q, Buffer k, Buffer v, float scale) {
        FlashAttention forward = streaming(q, k, v, v.shape().cols(), scale);
        r.adjoint(forward.y(), dy -> {
            Buffer delta = r.rowDot(forward.y(), dy);
            Target dq = r.gradients().target(q);
            Target dk = r.gradients().target(k);
            Target dv = r.gradients().target(v);
            add(forward, dy, delta, dq, dk, dv);
        });
        return forward.y();
    }

    /**
     * Flash attention whose keys and values are projections of x in one buffer: k = x·W_kᵀ + b_k and v = x·W_vᵀ + b_v.
     * A shift of the keys does not change the softmax, so the gradient of b_k is exactly 0.
     *
     * @param q [B, N, c]
     * @param x [B, M, C]
     */
    public Buffer flash(Buffer q, Buffer x, Projection keys, Projection values, float scale) {
        long c = q.shape().cols();
        long width = values.w().shape().rows();
        fit(keys, x, c);
        fit(values, x, width);
        Buffer kv = r.like(x, c + width, "keysValues");
        r.program()
                .add(new Project(
                        x, stacked(keys.w(), values.w()), r.beside(List.of(keys.bias(), values.bias()), "biases"), kv));
        FlashAttention forward = streaming(q, kv, kv, width, scale);
        r.adjoint(forward.y(), dy -> {
            Buffer delta = r.rowDot(forward.y(), dy);
            Target dq = r.gradients().target(q);
            Buffer dk = r.like(x, c, "keyGradient");
            Buffer dv = r.like(x, width, "valueGradient");
            add(forward, dy, delta, dq, new Target(dk, false), new Target(dv, false));
            r.projected(dv, x, values.w(), values.bias());
            r.projected(dk, x, keys.w(), null);
            r.vanishes(keys.bias());
        });
        return forward.y();
    }

    private static void fit(Projection p, Buffer x, long out) {
        if (!p.w().shape().equals(new Shape(1, out, x.shape().cols()))
                || !p.bias().shape().equals(new Shape(1, 1, out))) {
            throw new IllegalArgumentException("a projection by W %s and b %s does not take %s to %d channels"
                    .formatted(p.w().shape(), p.bias().shape(), x.shape(), out));
        }
    }

    private FlashAttention streaming(Buffer q, Buffer k, Buffer v, long width, float scale) {
        Buffer y = r.like(q, width, "attended");
        Buffer stats = r.like(q, 2, "stats");
        FlashAttention forward = new FlashAttention(q, k, v, y, stats, scale);
        r.program().add(forward);
        return forward;
    }

    private void add(FlashAttention forward, Buffer dy, Buffer delta, Target dq, Target dk, Target dv) {
        r.program()
                .add(new FlashAttentionGradient(
                        forward.q(),
                        forward.k(),
                        forward.v(),
                        dy,
                        forward.stats(),
                        delta,
                        dq.buffer(),
                        dk.buffer(),
                        dv.buffer(),
                        forward.scale(),
                        dq.accumulate(),
                        dk.accumulate(),
                        dv.accumulate()));
    }

    private Buffer stacked(Buffer above, Buffer below) {
        long rows = above.shape().rows();
        Buffer both = r.intermediate(
                "stacked",
                new Shape(1, rows + below.shape().rows(), above.shape().cols()));
        r.program().add(new CopyRows(above, both, 0));
        r.program().add(new CopyRows(below, both, rows));
        return both;
    }
}
