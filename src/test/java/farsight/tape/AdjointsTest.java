package farsight.tape;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.image.Upsampling;
import farsight.op.image.Window;
import farsight.op.image.WindowAxis;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradients that the tape records are the derivatives of what it records: Σ dy·y along random directions. */
class AdjointsTest {

    /** Half the distance of two points along a direction of ±1. */
    private static final float STEP = 4e-3f;

    private static final double TOLERANCE = 2e-3;

    /**
     * A function of some differentiable operands and some others.
     *
     * @param operands shapes of the operands with a gradient
     * @param constants values of the others
     */
    record Case(
            String name,
            List<Shape> operands,
            List<Constant> constants,
            BiFunction<Tape, List<Buffer>, Buffer> function) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Constant(Shape shape, float... values) {}

    static Stream<Case> cases() {
        return Stream.of(losses(), layouts(), norms(), pools(), upsamplings()).flatMap(s -> s);
    }

    private static Stream<Case> layouts() {
        Shape x = new Shape(2, 6, 4);
        Constant seed = new Constant(Shape.vector(2), 5, 7);
        return Stream.of(
                new Case("reshaped", List.of(x), List.of(), (t, b) -> t.reshaped(b.get(0), new Shape(4, 1, 12))),
                new Case(
                        "reshaped twice, with a second use",
                        List.of(x),
                        List.of(),
                        (t, b) -> t.residual(
                                t.reshaped(t.relu(b.get(0)), new Shape(4, 1, 12)),
                                t.reshaped(b.get(0), new Shape(4, 1, 12)))),
                new Case("dropout", List.of(x), List.of(seed), (t, b) -> t.dropout(b.get(0), b.get(1), 0.5f, 1)),
                new Case(
                        "two layers of dropout",
                        List.of(x),
                        List.of(seed),
                        (t, b) -> t.residual(
                                t.dropout(b.get(0), b.get(1), 0.5f, 1), t.dropout(b.get(0), b.get(1), 0.2f, 2))));
    }

    private static Stream<Case> norms() {
        Shape x = new Shape(2, 5, 3);
        Shape c = Shape.vector(3);
        Constant mean = new Constant(c, 0.1f, -0.2f, 0);
        Constant variance = new Constant(c, 0.5f, 2, 0.01f);
        return Stream.of(
                new Case(
                        "batch norm",
                        List.of(x, c, c),
                        List.of(),
                        (t, b) ->
                                t.batchNorm(b.get(0), b.get(1), b.get(2), 0.1f).y()),
                new Case(
                        "frozen norm",
                        List.of(x),
                        List.of(mean, variance, mean, variance),
                        (t, b) -> t.frozenNorm(b.get(0), b.get(1), b.get(2), b.get(3), b.get(4), 0.1f)));
    }

    private static Stream<Case> losses() {
        Shape z = new Shape(2, 5, 4);
        Constant labels = new Constant(new Shape(2, 5, 1), 0, 3, 2, 1, 3, 2, 2, 0, 1, 3);
        Constant weights = new Constant(Shape.vector(4), 0.5f, 2, 1, 0.25f);
        Constant target = new Constant(Shape.vector(6), 1, -2, 0.5f, 0, 3, -1);
        return Stream.of(
                new Case(
                        "cross-entropy",
                        List.of(z),
                        List.of(labels),
                        (t, b) -> t.losses()
                                .crossEntropy(b.get(0), b.get(1), null, OptionalInt.empty())
                                .loss()),
                new Case(
                        "weighted cross-entropy that ignores a class",
                        List.of(z),
                        List.of(labels, weights),
                        (t, b) -> t.losses()
                                .crossEntropy(b.get(0), b.get(1), b.get(2), OptionalInt.of(2))
                                .loss()),
                new Case(
                        "squared error",
                        List.of(Shape.vector(6)),
                        List.of(target),
                        (t, b) -> t.losses().squaredError(b.get(0), b.get(1))));
    }

    private static Stream<Case> pools() {
        Window dilated = new Window(new WindowAxis(7, 2, 2, 1, 2), new WindowAxis(6, 3, 1, 1, 1));
        return Stream.of(Window.square(7, 6, 2, 2, 0), Window.square(7, 6, 3, 2, 1), dilated)
                .map(w -> new Case(
                        "max-pooling by " + w,
                        List.of(new Shape(2, 42, 2)),
                        List.of(),
                        (t, b) -> t.images().maxPool(b.get(0), w)))
                .flatMap(c -> Stream.of(
                        c,
                        new Case(
                                "average of " + c,
                                c.operands(),
                                List.of(),
                                (t, b) -> t.images().averagePool(c.function().apply(t, b), Window.line(3, 2, 1, 1)))));
    }

    private static Stream<Case> upsamplings() {
        return Stream.of(Upsampling.values())
                .map(mode -> new Case(
                        "upsampling " + mode,
                        List.of(new Shape(2, 6, 2)),
                        List.of(),
                        (t, b) -> t.images().upsample(b.get(0), 2, 3, 5, 4, mode)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void gradientsAreDerivatives(Case c) {
        Random random = new Random(c.name().hashCode());
        List<float[]> at = c.operands().stream().map(s -> apart(random, s)).toList();
        Engine engine = Engines.find("vector");
        float[] dy = apart(random, shape(c));
        List<float[]> gradients = gradients(c, engine, at, dy);
        for (int i = 0; i < at.size(); i++) {
            for (int trial = 0; trial < 3; trial++) {
                float[] direction = signs(random, at.get(i).length);
                double slope = (value(c, engine, moved(at, i, direction, STEP), dy)
                                - value(c, engine, moved(at, i, direction, -STEP), dy))
                        / (2 * STEP);
                double scale = norm(gradients.get(i));
                assertThat(along(gradients.get(i), direction))
                        .as("operand %d, direction %d", i, trial)
                        .isCloseTo(slope, org.assertj.core.data.Offset.offset(TOLERANCE * scale + 1e-6));
            }
        }
    }

    /** Numbers that differ by more than a step moves them, so that no maximum changes its place. */
    private static float[] apart(Random random, Shape s) {
        List<Integer> order = new ArrayList<>(
                IntStream.range(0, Math.toIntExact(s.elements())).boxed().toList());
        Collections.shuffle(order, random);
        float[] values = new float[order.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 5 * STEP * (order.get(i) - values.length / 2f + 0.25f);
        }
        return values;
    }

    private static float[] signs(Random random, int n) {
        float[] d = new float[n];
        for (int i = 0; i < n; i++) {
            d[i] = random.nextBoolean() ? 1 : -1;
        }
        return d;
    }

    private static List<float[]> moved(List<float[]> at, int i, float[] direction, float by) {
        List<float[]> all = new ArrayList<>(at);
        float[] moved = at.get(i).clone();
        for (int k = 0; k < moved.length; k++) {
            moved[k] += by * direction[k];
        }
        all.set(i, moved);
        return all;
    }

    private static double along(float[] gradient, float... direction) {
        return IntStream.range(0, gradient.length)
                .mapToDouble(i -> (double) gradient[i] * direction[i])
                .sum();
    }

    private static double norm(float... v) {
        return Math.sqrt(along(v, v));
    }

    /** A program of the case. */
    private static final class Recorded {
        private final Program.Builder builder = new Program.Builder("case");
        private final List<Buffer> operands = new ArrayList<>();
        private final List<Buffer> constants = new ArrayList<>();
        private final Tape tape;
        private final Buffer y;

        Recorded(Case c, Purpose purpose) {
            tape = new Tape(builder, purpose);
            c.operands().forEach(s -> operands.add(tape.given("x" + operands.size(), s, Role.PARAMETER)));
            c.constants().forEach(k -> constants.add(tape.given("k" + constants.size(), k.shape(), Role.INPUT)));
            y = c.function()
                    .apply(
                            tape,
                            Stream.concat(operands.stream(), constants.stream()).toList());
        }

        Session open(Case c, Engine engine, List<float[]> at) {
            Session session = engine.open(MemoryPlan.of(builder.build()));
            for (int i = 0; i < at.size(); i++) {
                session.write(operands.get(i), at.get(i));
            }
            for (int i = 0; i < constants.size(); i++) {
                session.write(constants.get(i), c.constants().get(i).values());
            }
            return session;
        }
    }

    private static Shape shape(Case c) {
        return new Recorded(c, Purpose.RESULT).y.shape();
    }

    private static double value(Case c, Engine engine, List<float[]> at, float... dy) {
        Recorded r = new Recorded(c, Purpose.RESULT);
        r.builder.output(r.y);
        try (Session session = r.open(c, engine, at)) {
            session.run();
            return along(session.read(r.y), dy);
        }
    }

    private static List<float[]> gradients(Case c, Engine engine, List<float[]> at, float... dy) {
        Recorded r = new Recorded(c, Purpose.BACKWARD);
        Buffer upstream = r.tape.given("dy", r.y.shape(), Role.INPUT);
        List<Buffer> gradients = r.tape.backward(r.y, upstream, r.operands);
        try (Session session = r.open(c, engine, at)) {
            session.write(upstream, dy);
            session.run();
            return gradients.stream().map(session::read).toList();
        }
    }
}
