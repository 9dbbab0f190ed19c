package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.norm.L2Positions;
import farsight.op.norm.L2Rows;
import farsight.op.norm.LayerNorm;
import farsight.op.norm.SoftmaxPositions;
import farsight.op.norm.SoftmaxRows;
import farsight.op.norm.UnitMeans;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of softmax, unit L2 norm and layer norm, over rows and over positions. */
final class NormalizingCases {

    private static final float SCALE = 0.3f;

    private NormalizingCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(NormalizingCases::of);
    }

    static Stream<OpCase> of(Sizes.Map m) {
        return Stream.of(
                softmaxRows(m, SCALE, 1),
                softmaxRows(m, 1, 300),
                softmaxRows(m, -1, 300),
                softmaxRowsGradient(m),
                softmaxPositions(m, 1),
                softmaxPositions(m, 300),
                softmaxPositionsGradient(m),
                l2Rows(m, m.accumulate()),
                l2RowsGradient(m, false),
                l2RowsGradient(m, true),
                l2Positions(m, m.accumulate()),
                l2PositionsGradient(m, false),
                l2PositionsGradient(m, true),
                unitMeans(m),
                layerNorm(m),
                layerNormGradient(m));
    }

    private static OpCase softmaxRows(Sizes.Map m, float scale, double spread) {
        var c = new OpCase.Builder("softmaxRows %s scale %s spread %s".formatted(m, scale, spread));
        Operand x = c.given("x", c.normal(m.shape()).scaled(spread));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().scaled(scale).softmaxOfRows());
        return c.build(new SoftmaxRows(x.buffer(), y.buffer(), scale));
    }

    private static OpCase softmaxRowsGradient(Sizes.Map m) {
        var c = new OpCase.Builder("softmaxRowsGradient " + m);
        Operand y = c.given("y", c.normal(m.shape()).softmaxOfRows());
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 delta = y.value().times(dy.value()).sumOfRows();
        F64 terms = y.value().times(dy.value()).scaled(SCALE);
        c.expect(dx, dy.value().minus(delta).times(y.value()).scaled(SCALE), terms);
        return c.build(new SoftmaxRows.Gradient(y.buffer(), dy.buffer(), dx.buffer(), SCALE, m.accumulate()));
    }

    private static OpCase softmaxPositions(Sizes.Map m, double spread) {
        var c = new OpCase.Builder("softmaxPositions " + m + " spread " + spread);
        Operand x = c.given("x", c.normal(m.shape()).scaled(spread));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().softmaxOfColumns());
        SoftmaxPositions.record(c.program(), x.buffer(), y.buffer());
        return c.build();
    }

    private static OpCase softmaxPositionsGradient(Sizes.Map m) {
        var c = new OpCase.Builder("softmaxPositionsGradient " + m);
        Operand y = c.given("y", c.normal(m.shape()).softmaxOfColumns());
        Operand dy = c.given("dy", m.shape());
        Operand delta = c.given("delta", y.value().times(dy.value()).sumOfColumns());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().minus(delta.value()).times(y.value()), y.value().times(dy.value()));
        return c.build(
                new SoftmaxPositions.Gradient(y.buffer(), dy.buffer(), delta.buffer(), dx.buffer(), m.accumulate()));
    }

    /** Every third row and column is one that ReLU makes all zero. */
    static F64 someNegative(F64 x) {
        return F64.of(
                x.batch(),
                x.rows(),
                x.cols(),
                (b, i, j) -> i % 3 == 2 || j % 3 == 2 ? -Math.abs(x.at(b, i, j)) : x.at(b, i, j));
    }

    private static OpCase l2Rows(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("l2Rows " + m + (relu ? " relu" : ""));
        Operand x = c.given("x", someNegative(c.normal(m.shape())));
        F64 v = relu ? x.value().relu() : x.value();
        Operand y = c.target("y", m.shape(), false);
        Operand norms = c.target("norms", v.normOfRows().shape(), false);
        c.expect(y, v.unitRows());
        c.expect(norms, v.normOfRows());
        return c.build(new L2Rows(x.buffer(), y.buffer(), norms.buffer(), relu));
    }

    private static OpCase l2RowsGradient(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("l2RowsGradient " + m + (relu ? " relu" : ""));
        F64 x = someNegative(c.normal(m.shape()));
        F64 v = relu ? x.relu() : x;
        Operand y = c.given("y", v.unitRows());
        Operand norms = c.given("norms", v.normOfRows());
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 delta = y.value().times(dy.value()).sumOfRows();
        c.expect(dx, unitGradient(y.value(), dy.value(), delta, norms.value(), relu));
        return c.build(new L2Rows.Gradient(y.buffer(), dy.buffer(), norms.buffer(), dx.buffer(), relu, m.accumulate()));
    }

    private static OpCase l2Positions(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("l2Positions " + m + (relu ? " relu" : ""));
        Operand x = c.given("x", someNegative(c.normal(m.shape())));
        F64 v = relu ? x.value().relu() : x.value();
        Operand y = c.target("y", m.shape(), false);
        Operand norms = c.target("norms", v.normOfColumns().shape(), false);
        c.expect(y, v.unitColumns());
        c.expect(norms, v.normOfColumns());
        L2Positions.record(c.program(), x.buffer(), y.buffer(), norms.buffer(), relu);
        return c.build();
    }

    private static OpCase l2PositionsGradient(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("l2PositionsGradient " + m + (relu ? " relu" : ""));
        F64 x = someNegative(c.normal(m.shape()));
        F64 v = relu ? x.relu() : x;
        Operand y = c.given("y", v.unitColumns());
        Operand norms = c.given("norms", v.normOfColumns());
        Operand dy = c.given("dy", m.shape());
        Operand delta = c.given("delta", y.value().times(dy.value()).sumOfColumns());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, unitGradient(y.value(), dy.value(), delta.value(), norms.value(), relu));
        return c.build(new L2Positions.Gradient(
                y.buffer(), dy.buffer(), norms.buffer(), delta.buffer(), dx.buffer(), relu, m.accumulate()));
    }

    /** [y &gt; 0 if ReLU]·(dy − y·delta)/norm, and [y &gt; 0]·dy/ε where the norm is at most ε. */
    static F64 unitGradient(F64 y, F64 dy, F64 delta, F64 norms, boolean relu) {
        F64 projected = delta.with(norms, (a, n) -> n <= 1e-12 ? 0 : a);
        F64 all = dy.minus(y.times(projected)).with(norms, (g, n) -> g / Math.max(n, 1e-12));
        return all.with(y, (g, v) -> relu && v <= 0 ? 0 : g);
    }

    /** Away from 0, where a variance taken as a difference of squares cancels. */
    private static F64 shifted(F64 x) {
        double size = x.norm() / Math.sqrt(x.values().length);
        return x.map(v -> v + 5 * size);
    }

    private static F64 hat(F64 x, F64 moments) {
        return x.minus(column(moments, 0)).times(column(moments, 1));
    }

    private static F64 column(F64 x, int j) {
        return F64.of(x.batch(), x.rows(), 1, (b, i, zero) -> x.at(b, i, j));
    }

    private static F64 moments(F64 x) {
        F64 mean = x.sumOfRows().scaled(1.0 / x.cols());
        F64 deviation = x.minus(mean);
        F64 rho = deviation.times(deviation).sumOfRows().map(v -> 1 / Math.sqrt(v / x.cols() + 1e-5));
        return F64.of(x.batch(), x.rows(), 2, (b, i, j) -> (j == 0 ? mean : rho).at(b, i, 0));
    }

    private static OpCase unitMeans(Sizes.Map m) {
        var c = new OpCase.Builder("unitMeans " + m);
        Operand x = c.given("x", c.normal(m.shape()));
        Operand sums =
                c.given("sums", c.normal(x.value().sumOfColumns().shape()).map(Math::abs));
        Operand y = c.target("y", m.shape(), false);
        Operand factors = c.target("factors", sums.value().shape(), false);
        double epsilon = 1e-6;
        F64 means = x.value().over(sums.value().map(s -> epsilon + s));
        F64 norms = means.normOfColumns();
        c.expect(y, means.over(norms.map(n -> epsilon + n)));
        c.expect(factors, sums.value().with(norms, (s, n) -> 1 / ((epsilon + s) * (epsilon + n))));
        return c.build(new UnitMeans(x.buffer(), sums.buffer(), y.buffer(), factors.buffer()));
    }

    private static OpCase layerNorm(Sizes.Map m) {
        var c = new OpCase.Builder("layerNorm " + m);
        Shape s = m.shape();
        F64 normal = c.normal(s);
        Operand x = c.given("x", m.accumulate() ? shifted(normal) : normal);
        Operand gamma = c.given("gamma", Shape.vector(s.cols()));
        Operand beta = c.given("beta", Shape.vector(s.cols()));
        Operand y = c.target("y", s, false);
        F64 stats = moments(x.value());
        Operand moments = c.target("moments", stats.shape(), false);
        c.expect(y, hat(x.value(), stats).times(gamma.value()).plus(beta.value()));
        c.expect(moments, stats);
        return c.build(new LayerNorm(x.buffer(), gamma.buffer(), beta.buffer(), y.buffer(), moments.buffer()));
    }

    private static OpCase layerNormGradient(Sizes.Map m) {
        var c = new OpCase.Builder("layerNormGradient " + m);
        Shape s = m.shape();
        Operand x = c.given("x", s);
        Operand gamma = c.given("gamma", Shape.vector(s.cols()));
        Operand moments = c.given("moments", moments(x.value()));
        Operand dy = c.given("dy", s);
        Operand dx = c.target("dx", s, m.accumulate());
        Operand dGamma = c.target("dGamma", Shape.vector(s.cols()), m.accumulate());
        Operand dBeta = c.target("dBeta", Shape.vector(s.cols()), m.accumulate());
        F64 hat = hat(x.value(), moments.value());
        F64 g = dy.value().times(gamma.value());
        double mean = 1.0 / s.cols();
        F64 centred = g.minus(g.sumOfRows().scaled(mean))
                .minus(hat.times(g.times(hat).sumOfRows().scaled(mean)));
        c.expect(dx, centred.times(column(moments.value(), 1)), g.times(column(moments.value(), 1)));
        F64 gammaTerms = dy.value().times(hat).stacked();
        F64 betaTerms = dy.value().stacked();
        c.expect(dGamma, gammaTerms.sumOfColumns(), gammaTerms.normOfColumns());
        c.expect(dBeta, betaTerms.sumOfColumns(), betaTerms.normOfColumns());
        return c.build(new LayerNorm.Gradient(
                x.buffer(),
                gamma.buffer(),
                moments.buffer(),
                dy.buffer(),
                dx.buffer(),
                dGamma.buffer(),
                dBeta.buffer(),
                m.accumulate(),
                m.accumulate()));
    }
}
