package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.norm.BatchNorm;
import farsight.op.norm.BatchSums;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of batch norm with any mean and variance, not only those of x. */
final class BatchNormCases {

    private BatchNormCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(m -> Stream.concat(elements(m), sums(m)));
    }

    static Stream<OpCase> elements(Sizes.Map m) {
        return Stream.of(
                batchNorm(m, false), batchNorm(m, true), gradient(m, false), gradient(m, true), frozenGradient(m));
    }

    static Stream<OpCase> sums(Sizes.Map m) {
        return Stream.of(variance(m), gradientSums(m, false), gradientSums(m, true));
    }

    private static Shape perChannel(Sizes.Map m) {
        return Shape.vector(m.shape().cols());
    }

    private static Operand variance(OpCase.Builder c, Sizes.Map m) {
        return c.given("variance", c.normal(perChannel(m)).map(v -> 0.1 + v * v));
    }

    private static float epsilon(Sizes.Map m) {
        return m.accumulate() ? 0.01f : BatchNorm.EPSILON;
    }

    private static F64 rho(Operand variance, Sizes.Map m) {
        return variance.value().map(v -> 1 / Math.sqrt(v + epsilon(m)));
    }

    private static String relu(boolean relu) {
        return relu ? " relu" : "";
    }

    /** dy, or with relu 0 where the norm's result is not above 0. */
    private static F64 gated(F64 dy, F64 y, boolean relu) {
        return relu ? dy.with(y, (g, v) -> v > 0 ? g : 0) : dy;
    }

    private static OpCase batchNorm(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("batchNorm " + m + relu(relu));
        Operand x = c.given("x", m.shape());
        Operand mean = c.given("mean", perChannel(m));
        Operand variance = variance(c, m);
        Operand gamma = c.given("gamma", perChannel(m));
        Operand beta = c.given("beta", perChannel(m));
        Operand y = c.target("y", m.shape(), false);
        F64 hat = x.value().minus(mean.value()).times(rho(variance, m));
        F64 normed = hat.times(gamma.value()).plus(beta.value());
        c.expect(y, relu ? normed.map(v -> Math.max(v, 0)) : normed);
        return c.build(new BatchNorm(
                x.buffer(),
                mean.buffer(),
                variance.buffer(),
                gamma.buffer(),
                beta.buffer(),
                y.buffer(),
                epsilon(m),
                relu));
    }

    private static OpCase variance(Sizes.Map m) {
        var c = new OpCase.Builder("variance " + m);
        Operand x = c.given("x", m.shape());
        Operand mean = c.given("mean", perChannel(m));
        Operand variance = c.target("variance", perChannel(m), false);
        F64 deviation = x.value().minus(mean.value()).stacked();
        c.expect(variance, deviation.times(deviation).sumOfColumns().scaled(1.0 / deviation.rows()));
        BatchSums.Variance.record(c.program(), x.buffer(), mean.buffer(), variance.buffer());
        return c.build();
    }

    private static OpCase gradientSums(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("batchNormSums " + m + relu(relu));
        Operand x = c.given("x", m.shape());
        Operand mean = c.given("mean", perChannel(m));
        Operand variance = variance(c, m);
        Operand gamma = c.given("gamma", perChannel(m));
        Operand beta = c.given("beta", perChannel(m));
        Operand dy = c.given("dy", m.shape());
        Operand dBeta = c.target("dBeta", perChannel(m), false);
        Operand dGamma = c.target("dGamma", perChannel(m), false);
        F64 hat = x.value().minus(mean.value()).times(rho(variance, m));
        F64 y = hat.times(gamma.value()).plus(beta.value());
        F64 g = gated(dy.value(), y, relu).stacked();
        F64 terms = hat.stacked().times(g);
        c.expect(dBeta, g.sumOfColumns(), g.normOfColumns());
        c.expect(dGamma, terms.sumOfColumns(), terms.normOfColumns());
        BatchNorm forward = new BatchNorm(
                x.buffer(),
                mean.buffer(),
                variance.buffer(),
                gamma.buffer(),
                beta.buffer(),
                dy.buffer(),
                epsilon(m),
                relu);
        BatchSums.Gradients.record(c.program(), forward, dy.buffer(), dBeta.buffer(), dGamma.buffer());
        return c.build();
    }

    private static OpCase gradient(Sizes.Map m, boolean relu) {
        var c = new OpCase.Builder("batchNormGradient " + m + relu(relu));
        Operand x = c.given("x", m.shape());
        Operand mean = c.given("mean", perChannel(m));
        Operand variance = variance(c, m);
        Operand gamma = c.given("gamma", perChannel(m));
        Operand beta = c.given("beta", perChannel(m));
        Operand dy = c.given("dy", m.shape());
        Operand dBeta = c.given("dBeta", perChannel(m));
        Operand dGamma = c.given("dGamma", perChannel(m));
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 hat = x.value().minus(mean.value()).times(rho(variance, m));
        F64 y = hat.times(gamma.value()).plus(beta.value());
        double each = 1.0 / (m.shape().batch() * m.shape().rows());
        F64 g = gated(dy.value(), y, relu)
                .minus(dBeta.value().scaled(each))
                .minus(hat.times(dGamma.value()).scaled(each));
        c.expect(dx, g.times(gamma.value()).times(rho(variance, m)));
        return c.build(new BatchNorm.Gradient(
                x.buffer(),
                mean.buffer(),
                variance.buffer(),
                gamma.buffer(),
                beta.buffer(),
                dy.buffer(),
                dBeta.buffer(),
                dGamma.buffer(),
                dx.buffer(),
                epsilon(m),
                relu,
                m.accumulate()));
    }

    private static OpCase frozenGradient(Sizes.Map m) {
        var c = new OpCase.Builder("frozenNormGradient " + m);
        Operand variance = variance(c, m);
        Operand gamma = c.given("gamma", perChannel(m));
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().times(gamma.value()).times(rho(variance, m)));
        return c.build(new BatchNorm.FrozenGradient(
                variance.buffer(), gamma.buffer(), dy.buffer(), dx.buffer(), epsilon(m), m.accumulate()));
    }
}
