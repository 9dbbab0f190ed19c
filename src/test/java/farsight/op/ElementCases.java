package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.element.Activation;
import farsight.op.element.BroadcastOverPositions;
import farsight.op.element.ChannelAdd;
import farsight.op.element.ChannelMultiply;
import farsight.op.element.Copy;
import farsight.op.element.Dropout;
import farsight.op.element.Fill;
import farsight.op.element.Residual;
import farsight.op.element.RowDivide;
import farsight.op.element.ScaledResidual;
import farsight.op.sum.Total;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of operations on single elements, or with one number per channel. */
final class ElementCases {

    private static final float SCALE = 0.37f;

    private ElementCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(ElementCases::of);
    }

    static Stream<OpCase> of(Sizes.Map m) {
        return Stream.of(
                copy(m),
                relu(m),
                reluGradient(m),
                sigmoid(m),
                sigmoidGradient(m),
                silu(m),
                siluGradient(m),
                hardSigmoid(m),
                hardSigmoidGradient(m),
                residual(m),
                scaledResidual(m),
                scaledCopy(m),
                zero(m),
                channelMultiply(m),
                channelAdd(m),
                rowDivide(m),
                dropout(m, 0.3f),
                dropout(m, 1),
                broadcastOverPositions(m),
                total(m));
    }

    private static Shape perChannel(Sizes.Map m) {
        return new Shape(m.shape().batch(), 1, m.shape().cols());
    }

    /** Rows divided by their norms, and one of them by a norm of 0. */
    private static OpCase rowDivide(Sizes.Map m) {
        var c = new OpCase.Builder("rowDivide " + m);
        Operand x = c.given("x", m.shape());
        F64 norms = x.value().normOfRows();
        Operand s = c.given("s", F64.of(norms.batch(), norms.rows(), 1, (b, i, j) -> i == 2 ? 0 : norms.at(b, i, 0)));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().over(s.value().map(v -> Math.max(v, 1e-12))));
        return c.build(new RowDivide(x.buffer(), s.buffer(), y.buffer()));
    }

    private static OpCase dropout(Sizes.Map m, float p) {
        var c = new OpCase.Builder("dropout " + p + " " + m);
        int step = 1_234_567;
        int seed = 16_777_215;
        int stream = 3;
        Operand x = c.given("x", m.shape());
        Operand seeds = c.given("seed", F64.of(1, 1, 2, (b, i, j) -> j == 0 ? step : seed));
        Operand y = c.target("y", m.shape(), m.accumulate());
        F64 v = x.value();
        int step32 = (int) seeds.value().at(0, 0, 0);
        int seed32 = (int) seeds.value().at(0, 0, 1);
        c.expect(
                y,
                F64.of(
                        v.batch(),
                        v.rows(),
                        v.cols(),
                        (b, i, j) -> kept(step32, seed32, stream, (b * v.rows() + i) * v.cols() + j) >= p
                                ? v.at(b, i, j) / (1 - (double) p)
                                : 0));
        return c.build(new Dropout(x.buffer(), seeds.buffer(), y.buffer(), p, stream, m.accumulate()));
    }

    /** An element's uniform number in 0 … 1, in 64-bit arithmetic. */
    private static double kept(long step, long seed, long stream, long index) {
        long golden = 0x9e3779b9L;
        long key = mixed(mixed(mixed(step + golden) + seed) + stream);
        return (mixed(mixed(index ^ key) + mixed(key + golden)) >> 8) / (double) (1 << 24);
    }

    private static long mixed(long x) {
        long word = 0xffffffffL;
        long a = x & word;
        a = (a ^ (a >> 16)) * 0x7feb352dL & word;
        a = (a ^ (a >> 15)) * 0x846ca68bL & word;
        return a ^ (a >> 16);
    }

    private static OpCase copy(Sizes.Map m) {
        var c = new OpCase.Builder("copy " + m);
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", m.shape(), m.accumulate());
        c.expect(y, x.value());
        return c.build(new Copy(x.buffer(), y.buffer(), m.accumulate()));
    }

    private static OpCase relu(Sizes.Map m) {
        var c = new OpCase.Builder("relu " + m);
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().relu());
        return c.build(new Activation(Activation.Function.RELU, x.buffer(), y.buffer()));
    }

    private static OpCase reluGradient(Sizes.Map m) {
        var c = new OpCase.Builder("reluGradient " + m);
        Operand y = c.given("y", c.normal(m.shape()).relu());
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().with(y.value(), (g, v) -> v > 0 ? g : v));
        return c.build(new Activation.Gradient(
                Activation.Function.RELU, y.buffer(), dy.buffer(), dx.buffer(), m.accumulate()));
    }

    /** Every fifth value is far out, where a careless exponential overflows. */
    private static OpCase sigmoid(Sizes.Map m) {
        var c = new OpCase.Builder("sigmoid " + m);
        F64 normal = c.normal(m.shape());
        F64 spread = F64.of(normal.batch(), normal.rows(), normal.cols(), (b, i, j) -> (i + j) % 5 == 4 ? 1000 : 3);
        Operand x = c.given("x", normal.times(spread));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().map(v -> 1 / (1 + Math.exp(-v))));
        return c.build(new Activation(Activation.Function.SIGMOID, x.buffer(), y.buffer()));
    }

    private static OpCase sigmoidGradient(Sizes.Map m) {
        var c = new OpCase.Builder("sigmoidGradient " + m);
        Operand y = c.given("y", c.normal(m.shape()).map(v -> 1 / (1 + Math.exp(-v))));
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().times(y.value().map(s -> s * (1 - s))));
        return c.build(new Activation.Gradient(
                Activation.Function.SIGMOID, y.buffer(), dy.buffer(), dx.buffer(), m.accumulate()));
    }

    /** Every fifth value is far out, where a careless exponential overflows, and where a gate is shut or open. */
    private static F64 farOut(OpCase.Builder c, Sizes.Map m) {
        F64 normal = c.normal(m.shape());
        return normal.times(
                F64.of(normal.batch(), normal.rows(), normal.cols(), (b, i, j) -> (i + j) % 5 == 4 ? 1000 : 3));
    }

    private static double logistic(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    private static OpCase silu(Sizes.Map m) {
        var c = new OpCase.Builder("silu " + m);
        Operand x = c.given("x", farOut(c, m));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().map(v -> v * logistic(v)));
        return c.build(new Activation(Activation.Function.SILU, x.buffer(), y.buffer()));
    }

    private static OpCase siluGradient(Sizes.Map m) {
        var c = new OpCase.Builder("siluGradient " + m);
        Operand x = c.given("x", farOut(c, m));
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().times(x.value().map(v -> logistic(v) * (1 + v * (1 - logistic(v))))));
        return c.build(new Activation.Gradient(
                Activation.Function.SILU, x.buffer(), dy.buffer(), dx.buffer(), m.accumulate()));
    }

    private static OpCase hardSigmoid(Sizes.Map m) {
        var c = new OpCase.Builder("hardSigmoid " + m);
        Operand x = c.given("x", farOut(c, m));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().map(v -> Math.clamp(v / 6 + 0.5, 0.0, 1.0)));
        return c.build(new Activation(Activation.Function.HARD_SIGMOID, x.buffer(), y.buffer()));
    }

    private static OpCase hardSigmoidGradient(Sizes.Map m) {
        var c = new OpCase.Builder("hardSigmoidGradient " + m);
        Operand x = c.given("x", farOut(c, m));
        Operand dy = c.given("dy", m.shape());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        c.expect(dx, dy.value().with(x.value(), (g, v) -> Math.abs(v) < 3 ? g / 6 : 0));
        return c.build(new Activation.Gradient(
                Activation.Function.HARD_SIGMOID, x.buffer(), dy.buffer(), dx.buffer(), m.accumulate()));
    }

    private static OpCase residual(Sizes.Map m) {
        var c = new OpCase.Builder("residual " + m);
        Operand x = c.given("x", m.shape());
        Operand u = c.given("u", m.shape());
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().plus(u.value()));
        return c.build(new Residual(x.buffer(), u.buffer(), y.buffer()));
    }

    private static OpCase scaledResidual(Sizes.Map m) {
        var c = new OpCase.Builder("scaledResidual " + m);
        Operand x = c.given("x", m.shape());
        Operand u = c.given("u", m.shape());
        Operand gamma = c.given("gamma", Shape.vector(1));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().plus(u.value().times(gamma.value())));
        return c.build(new ScaledResidual(x.buffer(), u.buffer(), gamma.buffer(), y.buffer()));
    }

    private static OpCase scaledCopy(Sizes.Map m) {
        var c = new OpCase.Builder("scaledCopy " + m);
        Operand gamma = c.given("gamma", Shape.vector(1));
        Operand dy = c.given("dy", m.shape());
        Operand du = c.target("du", m.shape(), m.accumulate());
        c.expect(du, dy.value().times(gamma.value()));
        return c.build(new ScaledResidual.Gradient(gamma.buffer(), dy.buffer(), du.buffer(), m.accumulate()));
    }

    private static OpCase zero(Sizes.Map m) {
        var c = new OpCase.Builder("zero " + m);
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, y.value());
        return c.build(new Fill(y.buffer(), 0f));
    }

    private static OpCase channelMultiply(Sizes.Map m) {
        var c = new OpCase.Builder("channelMultiply " + m);
        Operand x = c.given("x", m.shape());
        Operand factor = c.given("factor", perChannel(m));
        Operand y = c.target("y", m.shape(), m.accumulate());
        c.expect(y, x.value().times(factor.value()));
        return c.build(new ChannelMultiply(x.buffer(), factor.buffer(), y.buffer(), m.accumulate()));
    }

    private static OpCase channelAdd(Sizes.Map m) {
        var c = new OpCase.Builder("channelAdd " + m);
        Operand x = c.given("x", m.shape());
        Operand term = c.given("term", perChannel(m));
        Operand y = c.target("y", m.shape(), false);
        c.expect(y, x.value().plus(term.value()));
        return c.build(new ChannelAdd(x.buffer(), term.buffer(), y.buffer()));
    }

    private static OpCase broadcastOverPositions(Sizes.Map m) {
        var c = new OpCase.Builder("broadcastOverPositions " + m);
        Operand term = c.given("term", perChannel(m));
        Operand y = c.target("y", m.shape(), m.accumulate());
        c.expect(y, term.value().scaled(SCALE).repeated((int) m.shape().rows()));
        return c.build(new BroadcastOverPositions(term.buffer(), y.buffer(), SCALE, m.accumulate()));
    }

    static OpCase total(Sizes.Map m) {
        var c = new OpCase.Builder("total " + m);
        Operand x = c.given("x", Shape.vector(m.shape().cols()));
        Operand y = c.target("y", Shape.vector(1), m.accumulate());
        c.expect(y, x.value().sumOfRows(), x.value().normOfRows());
        return c.build(new Total(x.buffer(), y.buffer(), m.accumulate()));
    }
}
