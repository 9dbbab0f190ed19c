package farsight.op;

import farsight.engine.Engine;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;

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
        Program.Builder program = new Program.Builder("attention");
        Buffer qs = program.buffer("q", Shape.matrix(rows, c), Role.INPUT);
        Buffer ks = program.buffer("k", Shape.matrix(keys, c), Role.INPUT);
        Buffer vs = program.buffer("v", Shape.matrix(keys, width), Role.INPUT);
        Buffer dys = program.buffer("dy", Shape.matrix(rows, width), Role.INPUT);
        Buffer y = program.buffer("y", Shape.matrix(rows, width), Role.OUTPUT);
        Buffer stats = program.buffer("stats", Shape.matrix(rows, 2), Role.INTERMEDIATE);
        Buffer along = program.buffer("along", Shape.matrix(rows, 1), Role.INTERMEDIATE);
        Buffer dq = program.buffer("dq", Shape.matrix(rows, c), Role.OUTPUT);
        Buffer dk = program.buffer("dk", Shape.matrix(keys, c), Role.OUTPUT);
        Buffer dv = program.buffer("dv", Shape.matrix(keys, width), Role.OUTPUT);
        program.add(new StreamingAttention(qs, ks, vs, y, stats, scale));
        program.add(new RowDot(y, dys, along));
        program.add(new StreamingAttentionGradient(
                qs, ks, vs, dys, stats, along, dq, dk, dv, scale, false, false, false));
        try (Session session = engine.open(MemoryPlan.of(program.build()))) {
            session.write(qs, q);
            session.write(ks, k);
            session.write(vs, v);
            session.write(dys, dy);
            session.run();
            return new Answer(session.read(y), session.read(dq), session.read(dk), session.read(dv));
        }
    }

    /**
     * A row's weights as PyTorch has them of the same logits. Exact where a logit is one product, the terms of all other
     * channels 0: then every engine has the same logits.
     */
    double[] weights(int row) {
        double[] p = new double[keys];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < keys; j++) {
            float logit = 0f;
            for (int e = 0; e < c; e++) {
                logit = Math.fma(q[row * c + e], k[j * c + e], logit);
            }
            p[j] = scale * (double) logit;
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
