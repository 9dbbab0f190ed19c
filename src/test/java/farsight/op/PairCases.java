package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.attention.FlashAttention;
import farsight.op.attention.FlashAttentionGradient;
import farsight.op.attention.PairSum;
import farsight.op.attention.StoredAttention;
import farsight.op.attention.StoredAttentionGradient;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cases of the operations over all pairs of positions: pair sums and streaming attention. */
final class PairCases {

    private static final float ALPHA = 0.37f;

    /** Positions at most where the oracle stores all pairs' weights several times. */
    private static final long MOST_PAIRED = 300;

    private PairCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return Stream.of(
                        sizes.maps().stream().flatMap(PairCases::ofMaps),
                        sizes.products().stream().filter(p -> !p.shared()).flatMap(PairCases::streaming))
                .flatMap(cases -> cases);
    }

    private static Stream<OpCase> ofMaps(Sizes.Map m) {
        return Stream.concat(
                Stream.of(pairSum(m), pairSumGradient(m)),
                attendsToItself(m) ? Stream.of(backwardToOneOperand(m)) : Stream.of());
    }

    private static Stream<OpCase> streaming(Sizes.Product p) {
        return Stream.of(
                        attention(p, p.m() % 7 + 1),
                        packed(p, p.n() % 5 + 1),
                        stored(p, p.m() % 7 + 1),
                        Stream.of(forward(p, p.k()), forwardPacked(p, p.k()), storedForward(p, p.k()), rowDot(p)))
                .flatMap(cases -> cases);
    }

    /** Attention forward and backward, over m rows and n keys in k channels. */
    static Stream<OpCase> attention(Sizes.Product p, int width) {
        return Stream.of(forward(p, width), backward(p, width));
    }

    /** The same with the weights stored. */
    static Stream<OpCase> stored(Sizes.Product p, int width) {
        return Stream.of(storedForward(p, width), storedBackward(p, width));
    }

    private static OpCase storedForward(Sizes.Product p, int width) {
        var c = new OpCase.Builder("attention " + p + "·" + width);
        Attention a = Attention.of(c, p, width);
        Operand weights = c.target("p", a.weights().shape(), false);
        Operand y = c.target("y", a.result().shape(), false);
        c.expect(weights, a.weights());
        c.expect(y, a.result());
        return c.build(
                new StoredAttention(a.q.buffer(), a.k.buffer(), a.v.buffer(), weights.buffer(), y.buffer(), a.scale));
    }

    private static OpCase storedBackward(Sizes.Product p, int width) {
        var c = new OpCase.Builder("attentionGradient " + p + "·" + width);
        Attention a = Attention.of(c, p, width);
        Operand weights = c.given("p", a.weights());
        Operand dy = c.given("dy", a.result().shape());
        Operand delta = c.given("delta", a.result().times(dy.value()).sumOfRows());
        Gradients g = Gradients.of(c, a, dy, delta, p.accumulate());
        // The gradient does not read y, only D, so any buffer of its shape will do.
        StoredAttention forward =
                new StoredAttention(a.q.buffer(), a.k.buffer(), a.v.buffer(), weights.buffer(), dy.buffer(), a.scale);
        StoredAttentionGradient.record(
                c.program(),
                forward,
                dy.buffer(),
                delta.buffer(),
                new Target(g.dv.buffer(), p.accumulate()),
                new Target(g.dq.buffer(), p.accumulate()),
                new Target(g.dk.buffer(), p.accumulate()));
        return c.build();
    }

    /** The same with keys and values in one buffer. */
    static Stream<OpCase> packed(Sizes.Product p, int width) {
        return Stream.of(forwardPacked(p, width), backwardPacked(p, width));
    }

    static OpCase pairSum(Sizes.Map m) {
        var c = new OpCase.Builder("pairSum " + m);
        Operand s = c.given("s", new Shape(m.shape().batch(), m.shape().rows(), 1));
        Operand t = c.given("t", new Shape(m.shape().batch(), m.shape().cols(), 1));
        Operand a = c.target("a", m.shape(), false);
        c.expect(a, pairs(s, t));
        return c.build(new PairSum(s.buffer(), t.buffer(), a.buffer(), ALPHA));
    }

    private static F64 pairs(Operand s, Operand t) {
        return F64.of(
                        s.value().batch(),
                        s.value().rows(),
                        t.value().rows(),
                        (b, i, j) -> s.value().at(b, i, 0) + t.value().at(b, j, 0))
                .relu()
                .scaled(ALPHA);
    }

    static OpCase pairSumGradient(Sizes.Map m) {
        var c = new OpCase.Builder("pairSumGradient " + m);
        Operand s = c.given("s", new Shape(m.shape().batch(), m.shape().rows(), 1));
        Operand t = c.given("t", new Shape(m.shape().batch(), m.shape().cols(), 1));
        Operand da = c.given("da", m.shape());
        F64 terms = da.value().with(pairs(s, t), (g, v) -> v > 0 ? ALPHA * g : v);
        F64 rows = terms.sumOfRows();
        F64 columns = terms.sumOfColumns().transposed();
        Operand ds = c.target("ds", rows.shape(), m.accumulate());
        Operand dt = c.target("dt", columns.shape(), m.accumulate());
        c.expect(ds, rows, terms.normOfRows());
        c.expect(dt, columns, terms.normOfColumns());
        return c.build(new PairSum.Gradient(
                s.buffer(), t.buffer(), da.buffer(), ds.buffer(), dt.buffer(), ALPHA, m.accumulate(), m.accumulate()));
    }

    /** Queries, keys and values of attention over m rows and n keys, in k channels; σ = 1/√k. */
    private record Attention(Operand q, Operand k, Operand v, float scale) {

        static Attention of(OpCase.Builder c, Sizes.Product p, int width) {
            return new Attention(
                    c.given("q", p.left()),
                    c.given("k", p.rightTransposed()),
                    c.given("v", new Shape(p.batch(), p.n(), width)),
                    (float) (1 / Math.sqrt(p.k())));
        }

        /** The columns of one buffer are keys and values. */
        static Attention packed(OpCase.Builder c, Sizes.Product p, int width) {
            Operand kv = c.given("kv", new Shape(p.batch(), p.n(), p.k() + width));
            return new Attention(
                    c.given("q", p.left()),
                    new Operand(kv.buffer(), PositionCases.columns(kv.value(), 0, p.k())),
                    new Operand(kv.buffer(), PositionCases.columns(kv.value(), p.k(), width)),
                    (float) (1 / Math.sqrt(p.k())));
        }

        F64 logits() {
            return q.value().matMul(k.value().transposed()).scaled(scale);
        }

        /** m and r. */
        F64 stats() {
            F64 products = q.value().matMul(k.value().transposed());
            F64 max = F64.of(
                    products.batch(),
                    products.rows(),
                    1,
                    (b, i, none) -> IntStream.range(0, products.cols())
                            .mapToDouble(j -> (float) products.at(b, i, j))
                            .max()
                            .orElseThrow());
            F64 sums = products.minus(max).scaled(scale).map(Math::exp).sumOfRows();
            return F64.of(max.batch(), max.rows(), 2, (b, i, j) -> j == 0 ? max.at(b, i, 0) : 1 / sums.at(b, i, 0));
        }

        F64 weights() {
            return logits().softmaxOfRows();
        }

        F64 result() {
            return logits().softmaxOfRows().matMul(v.value());
        }
    }

    private static OpCase forward(Sizes.Product p, int width) {
        var c = new OpCase.Builder("flashAttention " + p + "·" + width);
        return forward(c, Attention.of(c, p, width));
    }

    private static OpCase forwardPacked(Sizes.Product p, int width) {
        var c = new OpCase.Builder("flashAttention, packed, " + p + "·" + width);
        return forward(c, Attention.packed(c, p, width));
    }

    private static OpCase forward(OpCase.Builder c, Attention a) {
        Operand y = c.target("y", a.result().shape(), false);
        // Which m a row has is the engine's choice; that its r fits is held where gradients follow the forward pass.
        Buffer stats = c.program().buffer("stats", a.stats().shape(), Role.INTERMEDIATE);
        c.expect(y, a.result());
        return c.build(new FlashAttention(a.q.buffer(), a.k.buffer(), a.v.buffer(), y.buffer(), stats, a.scale));
    }

    static OpCase rowDot(Sizes.Product p) {
        var c = new OpCase.Builder("rowDot " + p);
        Operand y = c.given("y", p.left());
        Operand dy = c.given("dy", p.left());
        F64 terms = y.value().times(dy.value());
        Operand delta = c.target("delta", terms.sumOfRows().shape(), false);
        c.expect(delta, terms.sumOfRows(), terms.normOfRows());
        return c.build(new RowDot(y.buffer(), dy.buffer(), delta.buffer()));
    }

    /**
     * Whether rows are few, and not long: a row's logit with itself grows with √c, and at c = 4,099 the exponential of 64
     * has lost two of float32's digits, whoever computes it.
     */
    private static boolean attendsToItself(Sizes.Map m) {
        return m.shape().rows() <= MOST_PAIRED && m.shape().cols() <= 1024;
    }

    /** Queries, keys and values are one buffer, and so are their gradients: all but the first are added. */
    static OpCase backwardToOneOperand(Sizes.Map m) {
        var c = new OpCase.Builder("flashGradient to one operand " + m);
        Operand x = c.given("x", m.shape());
        Attention a = new Attention(x, x, x, (float) (1 / Math.sqrt(x.value().cols())));
        Operand dy = c.given("dy", m.shape());
        Operand stats = c.given("stats", a.stats());
        Operand delta = c.given("delta", a.result().times(dy.value()).sumOfRows());
        F64 weights = a.weights();
        F64 dWeights = dy.value().matMul(x.value().transposed());
        F64 dLogits = weights.times(dWeights.minus(delta.value())).scaled(a.scale);
        F64 sum = dLogits.plus(dLogits.transposed())
                .matMul(x.value())
                .plus(weights.transposed().matMul(dy.value()));
        Operand dx = target(c, "dx", sum, weights.times(dWeights).scaled(a.scale), m.accumulate());
        return c.build(new FlashAttentionGradient(
                x.buffer(),
                x.buffer(),
                x.buffer(),
                dy.buffer(),
                stats.buffer(),
                delta.buffer(),
                dx.buffer(),
                dx.buffer(),
                dx.buffer(),
                a.scale,
                m.accumulate(),
                true,
                true));
    }

    private static OpCase backward(Sizes.Product p, int width) {
        var c = new OpCase.Builder("flashGradient " + p + "·" + width);
        return backward(c, Attention.of(c, p, width), p.accumulate());
    }

    private static OpCase backwardPacked(Sizes.Product p, int width) {
        var c = new OpCase.Builder("flashGradient, packed, " + p + "·" + width);
        return backward(c, Attention.packed(c, p, width), p.accumulate());
    }

    private static OpCase backward(OpCase.Builder c, Attention a, boolean accumulate) {
        Operand dy = c.given("dy", a.result().shape());
        Operand stats = c.given("stats", a.stats());
        Operand delta = c.given("delta", a.result().times(dy.value()).sumOfRows());
        Gradients g = Gradients.of(c, a, dy, delta, accumulate);
        return c.build(new FlashAttentionGradient(
                a.q.buffer(),
                a.k.buffer(),
                a.v.buffer(),
                dy.buffer(),
                stats.buffer(),
                delta.buffer(),
                g.dq.buffer(),
                g.dk.buffer(),
                g.dv.buffer(),
                a.scale,
                accumulate,
                accumulate,
                accumulate));
    }

    /** The gradients of attention, as targets. */
    private record Gradients(Operand dq, Operand dk, Operand dv) {

        static Gradients of(OpCase.Builder c, Attention a, Operand dy, Operand delta, boolean accumulate) {
            F64 weights = a.weights();
            F64 dWeights = dy.value().matMul(a.v.value().transposed());
            F64 dLogits = weights.times(dWeights.minus(delta.value())).scaled(a.scale);
            // With one key every weight is 1 and dLogits cancels to 0.
            F64 scale = weights.times(dWeights).scaled(a.scale);
            return new Gradients(
                    target(c, "dq", dLogits.matMul(a.k.value()), scale, accumulate),
                    target(c, "dk", dLogits.transposed().matMul(a.q.value()), scale, accumulate),
                    target(c, "dv", weights.transposed().matMul(dy.value()), scale, accumulate));
        }
    }

    private static Operand target(OpCase.Builder c, String name, F64 exact, F64 scale, boolean accumulate) {
        Operand d = c.target(name, exact.shape(), accumulate);
        c.expect(d, exact, scale);
        return d;
    }
}
