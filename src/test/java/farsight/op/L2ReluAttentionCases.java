package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.attention.L2ReluAttention;
import farsight.op.attention.L2ReluAttentionGradient;
import farsight.op.sum.Chunks;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of attention with weights of unit norm that are not stored. */
final class L2ReluAttentionCases {

    /** So many keys, or rows, for so few results that they are summed in chunks. */
    private static final Sizes.Product MANY_KEYS = new Sizes.Product(2, 5, 2_053, 7, true, false);

    private static final Sizes.Product MANY_ROWS = new Sizes.Product(2, 2_053, 5, 7, true, true);

    /** Values so wide that they are summed in fewer chunks than keys alone would be. */
    private static final Sizes.Product FEW_CHUNKS = new Sizes.Product(1, 1_101, 1_050, 1, false, false);

    private L2ReluAttentionCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return Stream.concat(
                sizes.products().stream().flatMap(L2ReluAttentionCases::of),
                Stream.of(MANY_KEYS, MANY_ROWS).flatMap(L2ReluAttentionCases::withSharedQueries));
    }

    /** Results so large that chunks are fewer than they are long enough for. */
    static OpCase ofWideValues() {
        return backward(FEW_CHUNKS, FEW_CHUNKS.left(), FEW_CHUNKS.rightTransposed(), 2_000);
    }

    /** Attention over m rows and n keys in k channels; where the batch shares k, with a q that it shares too. */
    static Stream<OpCase> of(Sizes.Product p) {
        int width = p.m() % 7 + 1;
        return Stream.concat(
                Stream.of(
                        forward(p, p.left(), p.rightTransposed(), width, true),
                        backward(p, p.left(), p.rightTransposed(), width)),
                p.shared() ? withSharedQueries(p) : Stream.of());
    }

    static Stream<OpCase> withSharedQueries(Sizes.Product p) {
        Shape left = new Shape(1, p.m(), p.k());
        Shape right = new Shape(p.batch(), p.n(), p.k());
        return Stream.of(
                forward(p, left, right, p.k(), !p.accumulate()),
                backward(p, left, right, p.k()),
                backwardToOneOperand(p, left, right));
    }

    /** Keys are values, and so are their gradients: the second is added. */
    private static OpCase backwardToOneOperand(Sizes.Product p, Shape left, Shape right) {
        var c = new OpCase.Builder("l2ReluAttentionGradient to one operand %s".formatted(p));
        Operand x = Attention.keys(c, "x", right);
        Attention a = new Attention(Attention.queries(c, left), x, x);
        Backward g = Backward.of(c, a, p.k());
        Operand dq = target(c, "dq", left, g.dq(), g.dqTerms(), p.accumulate());
        Operand dx = target(c, "dx", right, g.dk().plus(g.dv()), g.dkTerms().plus(g.dvTerms()), p.accumulate());
        g.record(
                c,
                a,
                new Target(dq.buffer(), p.accumulate()),
                new Target(dx.buffer(), p.accumulate()),
                new Target(dx.buffer(), true));
        return c.build();
    }

    /** Operands, and what follows of them. */
    private record Attention(Operand q, Operand k, Operand v) {

        static Attention of(OpCase.Builder c, Sizes.Product p, Shape left, Shape right, int width) {
            return new Attention(
                    queries(c, left), keys(c, "k", right), c.given("v", new Shape(p.batch(), p.n(), width)));
        }

        /** Positive, as the first key is: a row of weights that all but vanish has a norm of which float32 knows no digit. */
        static Operand queries(OpCase.Builder c, Shape shape) {
            return c.given("q", c.normal(shape).map(Math::abs));
        }

        static Operand keys(OpCase.Builder c, String name, Shape shape) {
            F64 k = c.normal(shape);
            return c.given(
                    name,
                    F64.of(
                            k.batch(),
                            k.rows(),
                            k.cols(),
                            (b, i, j) -> i == 0 ? Math.abs(k.at(b, i, j)) : k.at(b, i, j)));
        }

        int batch() {
            return v.value().batch();
        }

        int rows() {
            return q.value().rows();
        }

        int keys() {
            return v.value().rows();
        }

        /** max(q·k, 0). */
        F64 weights() {
            return F64.of(batch(), rows(), keys(), (b, i, j) -> {
                double sum = 0;
                for (int t = 0; t < q.value().cols(); t++) {
                    sum += q.value().at(b, i, t) * k.value().at(b, j, t);
                }
                return Math.max(sum, 0);
            });
        }

        /** A given for every matrix of the batch. */
        F64 each(F64 x) {
            return F64.of(batch(), x.rows(), x.cols(), x::at);
        }
    }

    private static OpCase forward(Sizes.Product p, Shape left, Shape right, int width, boolean unit) {
        var c = new OpCase.Builder("l2ReluAttention %s·%d %s %s".formatted(p, width, left, unit));
        Attention a = Attention.of(c, p, left, right, width);
        F64 weights = a.weights();
        F64 used = unit ? weights.unitRows() : weights;
        Operand y = c.target("y", new Shape(p.batch(), p.m(), width), false);
        Operand norms = c.target("norms", new Shape(p.batch(), p.m(), 1), false);
        c.expect(y, used.matMul(a.v.value()), terms(used, a.v.value()));
        c.expect(norms, weights.normOfRows());
        L2ReluAttention.record(c.program(), a.q.buffer(), a.k.buffer(), a.v.buffer(), y.buffer(), norms.buffer(), unit);
        return c.build();
    }

    /** The norm of each result's terms, which may cancel. */
    private static F64 terms(F64 a, F64 b) {
        return a.times(a).matMul(b.times(b)).map(Math::sqrt);
    }

    private static OpCase backward(Sizes.Product p, Shape left, Shape right, int width) {
        var c = new OpCase.Builder("l2ReluAttentionGradient %s·%d %s".formatted(p, width, left));
        Attention a = Attention.of(c, p, left, right, width);
        Backward g = Backward.of(c, a, width);
        Operand dq = target(c, "dq", left, g.dq(), g.dqTerms(), p.accumulate());
        Operand dk = target(c, "dk", right, g.dk(), g.dkTerms(), p.accumulate());
        Operand dv = target(c, "dv", a.v.value().shape(), g.dv(), g.dvTerms(), p.accumulate());
        g.record(
                c,
                a,
                new Target(dq.buffer(), p.accumulate()),
                new Target(dk.buffer(), p.accumulate()),
                new Target(dv.buffer(), p.accumulate()));
        return c.build();
    }

    /**
     * The gradients, of every matrix of the batch, with the norm of each result's terms, which may cancel.
     *
     * @param s the weights' gradients before their norm
     * @param sizes what cancels in s
     */
    private record Backward(Operand y, Operand norms, Operand dy, F64 w, F64 s, F64 sizes, F64 q, F64 k) {

        static Backward of(OpCase.Builder c, Attention a, int width) {
            F64 r = a.weights();
            F64 n = r.normOfRows();
            F64 w = r.unitRows();
            Operand dy = c.given("dy", new Shape(a.batch(), a.rows(), width));
            Operand norms = c.given("norms", n);
            Operand y = c.given("y", w.matMul(a.v.value()));
            F64 g = dy.value().matMul(a.v.value().transposed());
            F64 delta = y.value().times(dy.value()).sumOfRows();
            F64 f = n.map(v -> 1 / Math.max(v, 1e-12));
            F64 open = r.map(v -> v <= 0 ? 0 : 1);
            F64 projected = delta.with(n, (d, v) -> v <= 1e-12 ? 0 : d);
            F64 s = g.minus(w.times(projected)).times(f).times(open);
            F64 sizes = g.map(Math::abs)
                    .plus(w.times(delta).map(Math::abs))
                    .times(f)
                    .times(open);
            return new Backward(y, norms, dy, w, s, sizes, a.each(a.q.value()), a.each(a.k.value()));
        }

        F64 dq() {
            return s.matMul(k);
        }

        F64 dqTerms() {
            return terms(sizes, k);
        }

        F64 dk() {
            return s.transposed().matMul(q);
        }

        F64 dkTerms() {
            return terms(sizes.transposed(), q);
        }

        F64 dv() {
            return w.transposed().matMul(dy.value());
        }

        F64 dvTerms() {
            return terms(w.transposed(), dy.value());
        }

        void record(OpCase.Builder c, Attention a, Target dq, Target dk, Target dv) {
            L2ReluAttention forward = new L2ReluAttention(
                    a.q.buffer(),
                    a.k.buffer(),
                    a.v.buffer(),
                    y.buffer(),
                    norms.buffer(),
                    null,
                    Chunks.whole(a.keys()),
                    true);
            Buffer delta = c.program().buffer("delta", norms.buffer().shape(), Role.INTERMEDIATE);
            c.program().add(new RowDot(y.buffer(), dy.buffer(), delta));
            L2ReluAttentionGradient.record(c.program(), forward, dy.buffer(), delta, dq, dk, dv);
        }
    }

    /** The gradient of an operand: over the batch summed up where all of it shares that. */
    private static Operand target(OpCase.Builder c, String name, Shape shape, F64 each, F64 terms, boolean accumulate) {
        Operand d = c.target(name, shape, accumulate);
        boolean summed = shape.batch() < each.batch();
        c.expect(
                d,
                summed ? each.sumOfBatch() : each,
                summed ? terms.times(terms).sumOfBatch().map(Math::sqrt) : terms);
        return d;
    }
}
