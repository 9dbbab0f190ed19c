package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.update.Adam;
import farsight.op.update.GradientNorm;
import farsight.op.update.RunningStatistic;
import farsight.op.update.Sgd;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cases of updates in place, from any state, with and without clipping. */
final class UpdateCases {

    private static final double RATE = 0.7;

    private UpdateCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(UpdateCases::of);
    }

    static Stream<OpCase> of(Sizes.Map m) {
        boolean clipped = m.accumulate();
        return Stream.of(
                sgd(m, new Sgd.Rule(0, 0.3, false), clipped),
                sgd(m, new Sgd.Rule(0.9, 0.3, false), !clipped),
                sgd(m, new Sgd.Rule(0.9, 0, true), clipped),
                adam(m, new Adam.Rule(0.9, 0.999, 1e-8, 0.3, false), 1, clipped),
                adam(m, new Adam.Rule(0.8, 0.95, 1e-6, 0.3, true), 1000, !clipped),
                norm(m),
                statistic(m));
    }

    private static @Nullable Operand clip(OpCase.Builder c, boolean clipped) {
        return clipped ? c.given("clip", F64.of(1, 1, 2, (b, i, j) -> j == 0 ? 3 : 0.25)) : null;
    }

    private static F64 clipped(F64 g, @Nullable Operand clip) {
        return clip == null ? g : g.scaled(clip.value().at(0, 0, 1));
    }

    private static @Nullable Buffer buffer(@Nullable Operand operand) {
        return operand == null ? null : operand.buffer();
    }

    /** Says what a target that held something holds now. */
    private static void becomes(OpCase.Builder c, Operand target, F64 value) {
        c.expect(target, value.minus(target.value()), target.value());
    }

    private static F64 of(float... values) {
        return F64.of(Shape.vector(values.length), values);
    }

    private static OpCase sgd(Sizes.Map m, Sgd.Rule rule, boolean clipped) {
        var c = new OpCase.Builder("sgd " + m + " " + rule + (clipped ? " clipped" : ""));
        Operand g = c.given("g", m.shape());
        Operand hyper = c.given("hyper", of(rule.hyper(RATE, 1)));
        Operand clip = clip(c, clipped);
        Operand w = c.target("w", m.shape(), true);
        F64 d = clipped(g.value(), clip).plus(w.value().scaled(rule.decay()));
        if (rule.momentum() == 0) {
            becomes(c, w, w.value().minus(d.scaled(RATE)));
            return c.build(new Sgd(w.buffer(), g.buffer(), null, hyper.buffer(), buffer(clip), rule));
        }
        Operand v = c.target("velocity", m.shape(), true);
        F64 velocity = v.value().scaled(rule.momentum()).plus(d);
        F64 step = rule.nesterov() ? d.plus(velocity.scaled(rule.momentum())) : velocity;
        becomes(c, v, velocity);
        becomes(c, w, w.value().minus(step.scaled(RATE)));
        return c.build(new Sgd(w.buffer(), g.buffer(), v.buffer(), hyper.buffer(), buffer(clip), rule));
    }

    private static OpCase adam(Sizes.Map m, Adam.Rule rule, int step, boolean clipped) {
        var c = new OpCase.Builder("adam " + m + " " + rule + " step " + step + (clipped ? " clipped" : ""));
        Operand g = c.given("g", m.shape());
        Operand hyper = c.given("hyper", of(rule.hyper(RATE, step)));
        Operand clip = clip(c, clipped);
        Operand w = c.target("w", m.shape(), true);
        Operand mean = c.target("m", m.shape(), true);
        Operand square = c.updated("v", c.normal(m.shape()).map(x -> x * x));
        F64 gradient = clipped(g.value(), clip);
        F64 d = rule.decoupled() ? gradient : gradient.plus(w.value().scaled(rule.decay()));
        F64 start = rule.decoupled() ? w.value().scaled(1 - RATE * rule.decay()) : w.value();
        F64 first = mean.value().scaled(rule.beta1()).plus(d.scaled(1 - rule.beta1()));
        F64 second = square.value().scaled(rule.beta2()).plus(d.times(d).scaled(1 - rule.beta2()));
        double bias1 = 1 - Math.pow(rule.beta1(), step);
        double bias2 = 1 - Math.pow(rule.beta2(), step);
        F64 root = second.map(x -> Math.sqrt(x) / Math.sqrt(bias2) + rule.epsilon());
        becomes(c, mean, first);
        becomes(c, square, second);
        becomes(c, w, start.minus(first.scaled(RATE / bias1).over(root)));
        return c.build(
                new Adam(w.buffer(), g.buffer(), mean.buffer(), square.buffer(), hyper.buffer(), buffer(clip), rule));
    }

    /** The norm of three gradients, one of them a single number. */
    private static OpCase norm(Sizes.Map m) {
        var c = new OpCase.Builder("gradientNorm " + m);
        Operand g = c.given("g", m.shape());
        Operand h = c.given("h", Shape.vector(1));
        Operand k = c.given("k", Shape.matrix(m.shape().cols(), 3));
        Operand norms = c.target("norms", Shape.vector(2), false);
        double norm = Math.hypot(
                g.value().norm(), Math.hypot(h.value().norm(), k.value().norm()));
        float most = m.accumulate() ? 1.5f : 1e9f;
        c.expect(norms, F64.of(1, 1, 2, (b, i, j) -> j == 0 ? norm : Math.min(1, most / (norm + 1e-6))));
        GradientNorm.record(c.program(), List.of(g.buffer(), h.buffer(), k.buffer()), norms.buffer(), most);
        return c.build();
    }

    private static OpCase statistic(Sizes.Map m) {
        var c = new OpCase.Builder("runningStatistic " + m);
        Operand now = c.given("now", m.shape());
        Operand kept = c.target("kept", now.value().sumOfBatch().shape(), true);
        double factor = m.accumulate() ? 1.25 : 1;
        F64 mean = now.value().sumOfBatch().scaled(factor / now.value().batch());
        becomes(c, kept, kept.value().scaled(0.9).plus(mean.scaled(0.1)));
        return c.build(new RunningStatistic(kept.buffer(), now.buffer(), 0.1, factor));
    }
}
