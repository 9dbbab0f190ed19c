package farsight.op;

import farsight.program.Buffer;
import farsight.program.Shape;

/** Pairs of positions, with their adjoints: what {@link Tape} says of each. */
record AttentionRules(Recording r) {

    Buffer pairSum(Buffer s, Buffer t, float alpha) {
        Buffer a = r.like(s, t.shape().rows(), "pairs");
        r.program().add(new PairSum(s, t, a, alpha));
        r.adjoint(a, da -> {
            Gradients.Target ds = r.gradients().target(s);
            Gradients.Target dt = r.gradients().target(t);
            r.program()
                    .add(new PairSum.Gradient(
                            s, t, da, ds.buffer(), dt.buffer(), alpha, ds.accumulate(), dt.accumulate()));
        });
        return a;
    }

    Tape.Attended unitAttention(Buffer q, Buffer k, Buffer v, boolean unit) {
        if (!unit) {
            r.withoutAdjoint();
        }
        Shape s = new Shape(v.shape().batch(), q.shape().rows(), v.shape().cols());
        Buffer y = r.intermediate("attended", s);
        Buffer norms = r.intermediate("norms", new Shape(s.batch(), s.rows(), 1));
        UnitAttention forward = UnitAttention.record(r.program(), q, k, v, y, norms, unit);
        r.adjoint(y, dy -> {
            Gradients.Target dq = r.gradients().target(q);
            Gradients.Target dk = r.gradients().target(k);
            Gradients.Target dv = r.gradients().target(v);
            UnitAttentionGradient.record(r, forward, dy, dq, dk, dv);
        });
        return new Tape.Attended(y, norms);
    }

    Buffer streamingAttention(Buffer q, Buffer k, Buffer v, float scale) {
        Buffer y = r.like(q, v.shape().cols(), "attended");
        Buffer logSums = r.like(q, 1, "logSums");
        r.program().add(new StreamingAttention(q, k, v, y, logSums, scale));
        r.adjoint(y, dy -> {
            Buffer along = r.like(q, 1, "along");
            r.program().add(new StreamingAttention.RowDot(y, dy, along));
            Gradients.Target dq = r.gradients().target(q);
            Gradients.Target dk = r.gradients().target(k);
            Gradients.Target dv = r.gradients().target(v);
            r.program()
                    .add(new StreamingAttention.Gradient(
                            q,
                            k,
                            v,
                            dy,
                            logSums,
                            along,
                            dq.buffer(),
                            dk.buffer(),
                            dv.buffer(),
                            scale,
                            dq.accumulate(),
                            dk.accumulate(),
                            dv.accumulate()));
        });
        return y;
    }
}
