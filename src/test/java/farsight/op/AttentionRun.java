package farsight.op;

import farsight.engine.Engine;
import farsight.engine.Session;
import farsight.op.attention.FlashAttention;
import farsight.op.attention.FlashAttentionGradient;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Streaming attention of one head, forward and backward, on numbers of one's own, and in float64 from the logits that
 * float32 has.
 *
 * @param q [rows, c]
 * @param k [keys, c]
 * @param v [keys, width]
 * @param dy [rows, width]
 */
record AttentionRun(int rows, int keys, int c, int width, float scale, float[] q, float[] k, float[] v, float[] dy) {

    /** Results and gradients. */
    record Answer(float[] y, float[] dq, float[] dk, float[] dv) {}

    Answer on(Engine engine) {
        return on(engine, List.of(this)).getFirst();
    }

    /** Answers to several of the same shape and scale, in one session. */
    static List<Answer> on(Engine engine, List<AttentionRun> runs) {
        AttentionRun one = runs.getFirst();
        Program.Builder program = new Program.Builder("attention");
        Buffer q = program.buffer("q", Shape.matrix(one.rows, one.c), Role.INPUT);
        Buffer k = program.buffer("k", Shape.matrix(one.keys, one.c), Role.INPUT);
        Buffer v = program.buffer("v", Shape.matrix(one.keys, one.width), Role.INPUT);
        Buffer dy = program.buffer("dy", Shape.matrix(one.rows, one.width), Role.INPUT);
        Buffer y = program.buffer("y", dy.shape(), Role.OUTPUT);
        Buffer stats = program.buffer("stats", Shape.matrix(one.rows, 2), Role.INTERMEDIATE);
        Buffer delta = program.buffer("delta", Shape.matrix(one.rows, 1), Role.INTERMEDIATE);
        Buffer dq = program.buffer("dq", q.shape(), Role.OUTPUT);
        Buffer dk = program.buffer("dk", k.shape(), Role.OUTPUT);
        Buffer dv = program.buffer("dv", v.shape(), Role.OUTPUT);
        program.add(new FlashAttention(q, k, v, y, stats, one.scale));
        program.add(new RowDot(y, dy, delta));
        program.add(new FlashAttentionGradient(q, k, v, dy, stats, delta, dq, dk, dv, one.scale, false, false, false));
        List<Answer> answers = new ArrayList<>();
        try (Session session = engine.open(MemoryPlan.of(program.build()))) {
            for (AttentionRun run : runs) {
                session.write(q, run.q);
                session.write(k, run.k);
                session.write(v, run.v);
                session.write(dy, run.dy);
                session.run();
                answers.add(new Answer(session.read(y), session.read(dq), session.read(dk), session.read(dv)));
            }
        }
        return answers;
    }

    /**
     * A row's weights, NaN where a logit is not finite. Exact where a logit is one product, the terms of all
     * other channels 0: then every engine has the same logits.
     */
    double[] weights(int row) {
        double[] p = new double[keys];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < keys; j++) {
            float logit = 0f;
            for (int e = 0; e < c; e++) {
                logit = Math.fma(q[row * c + e], k[j * c + e], logit);
            }
            // Infinity times 0 is NaN.
            p[j] = scale * (double) logit + 0f * logit;
            max = Math.max(max, p[j]);
        }
        double sum = 0;
        for (int j = 0; j < keys; j++) {
            p[j] = Math.exp(p[j] - max);
            sum += p[j];
        }
        for (int j = 0; j < keys; j++) {
            p[j] /= sum;
        }
        return p;
    }
}
