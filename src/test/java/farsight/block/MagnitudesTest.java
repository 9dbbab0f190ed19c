package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Variants;
import farsight.op.Errors;
import farsight.op.F64;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Features of every magnitude, NaN and infinities in every block: y and every gradient match float64 or are NaN or
 * infinite, and y does not depend on whether gradients are computed.
 */
class MagnitudesTest {

    private static final double OUTPUT = 1e-5;
    private static final double GRADIENT = 1e-3;

    /** What is left where large terms cancel to a small gradient, as a part of the largest gradient. */
    private static final double CANCELLED = 1e-5;

    /** Step of a difference, as a part of what it is taken of. */
    private static final double STEP = 1e-5;

    /** A smaller one: where it makes a difference, the function is not smooth. */
    private static final double NARROW = 1e-7;

    /** What float32 loses of numbers below 1e-38, and a division by ε makes 1e12 times as large. */
    private static final double VANISHING = 1e-29;

    private static final Workers ONE = new Workers(1);
    private static final Workers THREE = new Workers(3);
    private static final List<Engine> ENGINES =
            List.of(Engines.find("java"), Variants.vector(ONE), Variants.vector(THREE));

    @AfterAll
    static void end() {
        ONE.close();
        THREE.close();
    }

    private static final int[] EXPONENTS = {-38, -30, -25, -20, -13, -8, 3, 8, 12, 18, 19, 20, 25, 30, 38};

    /** At which gradients are looked at; below, what a division by ε makes large again has lost its digits before. */
    private static final List<Integer> WITH_GRADIENTS = List.of(-25, -13, 3, 8, 18, 20, 30);

    /** Of upstream gradients. */
    private static final int[] UPSTREAM = {-25, 20, 38};

    /** Streaming attention has tests of its own. */
    static Stream<BlockRun> runs() {
        return Forms.all().stream()
                .filter(b -> !(b instanceof NonLocal n && n.attention() == NonLocal.Attention.STREAMING))
                .map(b -> unshifted(BlockRun.random(b, 2, new Grid(4, 5), 23)));
    }

    /** Without what norms add: beside that, small features would have no digits left. */
    private static BlockRun unshifted(BlockRun run) {
        BlockRun unshifted = run;
        if (run.block() instanceof LatentGnn) {
            for (Map.Entry<String, float[]> w : run.weights().entrySet()) {
                if (w.getKey().endsWith(".1.bias") || w.getKey().endsWith("running_mean")) {
                    unshifted = unshifted.with(w.getKey(), new float[w.getValue().length]);
                }
            }
        }
        return unshifted;
    }

    private static float[] times(double factor, float[] values) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) Math.clamp(factor * values[i], -Float.MAX_VALUE, Float.MAX_VALUE);
        }
        return scaled;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void outputsMatchFloat64OrAreNonFinite(BlockRun run) {
        List<String> wrong = new ArrayList<>();
        for (int e : EXPONENTS) {
            BlockRun scaled = run.withX(times(Math.pow(10, e), run.x()));
            List<BlockRun.Answer> answers = outputs("1e" + e, scaled, wrong);
            if (WITH_GRADIENTS.contains(e)) {
                gradients("1e" + e, scaled, answers, wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void gradientsMatchFloat64OrAreNonFinite(BlockRun run) {
        List<String> wrong = new ArrayList<>();
        for (int e : UPSTREAM) {
            BlockRun scaled = run.withDy(times(Math.pow(10, e), run.dy()));
            gradients("dy 1e" + e, scaled, ENGINES.stream().map(scaled::run).toList(), wrong);
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void oneNonFiniteInputGivesRightOrNonFiniteResults(BlockRun run) {
        List<String> wrong = new ArrayList<>();
        for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int at : new int[] {0, run.x().length - 1}) {
                float[] x = run.x().clone();
                x[at] = poison;
                outputs(poison + " at " + at, run.withX(x), wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** What is wrong with y, forward alone and with gradients; what came out with gradients. */
    private static List<BlockRun.Answer> outputs(String magnitude, BlockRun run, List<String> wrong) {
        F64 y = Reference.forward(run);
        List<BlockRun.Answer> answers = new ArrayList<>();
        for (Engine engine : ENGINES) {
            float[] alone = run.run(engine, Pass.FORWARD).y();
            answers.add(run.run(engine, Pass.FORWARD_BACKWARD));
            float[] both = answers.getLast().y();
            tell(magnitude + " y on " + engine.id(), alone, y).ifPresent(wrong::add);
            tell(magnitude + " y with gradients on " + engine.id(), both, y).ifPresent(wrong::add);
            for (int i = 0; i < alone.length; i++) {
                if (Float.isFinite(alone[i]) != Float.isFinite(both[i])) {
                    wrong.add("%s y on %s at %d: forward alone %s, with gradients %s"
                            .formatted(magnitude, engine.id(), i, alone[i], both[i]));
                    break;
                }
            }
        }
        return answers;
    }

    private static Optional<String> tell(String what, float[] ours, F64 exact) {
        return Errors.wrong(ours, exact.values(), finite(exact), OUTPUT, VANISHING)
                .map(w -> what + ": " + w);
    }

    /** The norm of what float32 holds. */
    private static double finite(F64 values) {
        double sum = 0;
        for (double v : values.values()) {
            if (Math.abs(v) <= Float.MAX_VALUE) {
                sum += v * v;
            }
        }
        return Math.sqrt(sum);
    }

    /** What is wrong with the gradients, each along one direction. */
    private static void gradients(String magnitude, BlockRun run, List<BlockRun.Answer> answers, List<String> wrong) {
        Map<String, float[]> of = new LinkedHashMap<>();
        answers.getFirst()
                .gradients()
                .keySet()
                .forEach(name -> of.put(
                        name,
                        name.equals("x")
                                ? run.x()
                                : Objects.requireNonNull(run.weights().get(name))));
        double most = 0;
        for (Map.Entry<String, float[]> e : of.entrySet()) {
            double size = size(
                    Objects.requireNonNull(answers.getFirst().gradients().get(e.getKey())),
                    direction(e.getValue(), e.getKey().hashCode()));
            most = Double.isFinite(size) ? Math.max(most, size) : most;
        }
        double cancelled = CANCELLED * most;
        of.forEach((name, values) -> {
            double[] direction = direction(values, name.hashCode());
            Slope slope = Slope.of(run, name, direction);
            for (int e = 0; e < ENGINES.size(); e++) {
                float[] g = Objects.requireNonNull(answers.get(e).gradients().get(name));
                double ours = 0;
                for (int i = 0; i < g.length; i++) {
                    ours += g[i] * direction[i];
                }
                double tolerance = GRADIENT * size(g, direction) + cancelled + slope.noise;
                if (Double.isFinite(ours) && !(Math.abs(ours - slope.value) <= tolerance)) {
                    wrong.add("%s d.%s on %s: %s along a direction, not %s ± %s"
                            .formatted(magnitude, name, ENGINES.get(e).id(), ours, slope.value, tolerance));
                }
            }
        });
    }

    private static double size(float[] g, double[] direction) {
        double size = 0;
        for (int i = 0; i < g.length; i++) {
            size += Math.abs(g[i] * direction[i]);
        }
        return size;
    }

    /** One that is as large as the values are. */
    private static double[] direction(float[] values, int seed) {
        Random random = new Random(seed);
        double size = Math.sqrt(IntStream.range(0, values.length)
                        .mapToDouble(i -> (double) values[i] * values[i])
                        .sum()
                / values.length);
        return random.doubles(values.length).map(v -> (v - 0.5) * size).toArray();
    }

    /**
     * The derivative of Σ y·dy along a direction, by a difference.
     *
     * @param noise what float64's rounding, float32's range and bends between the points make of it: where a softmax turns
     *     over, that is all
     */
    private record Slope(double value, double noise) {

        static Slope of(BlockRun run, String name, double[] direction) {
            double[] above = loss(run, name, direction, STEP);
            double[] below = loss(run, name, direction, -STEP);
            double wide = (above[0] - below[0]) / (2 * STEP);
            double narrow =
                    (loss(run, name, direction, NARROW)[0] - loss(run, name, direction, -NARROW)[0]) / (2 * NARROW);
            double size = 0;
            for (double d : direction) {
                size += Math.abs(d);
            }
            double rounding = 1e-14 * above[1] / NARROW;
            return new Slope(narrow, rounding + 10 * Math.abs(wide - narrow) + VANISHING * size);
        }

        /** Σ y·dy, and the sum of its terms' sizes. */
        private static double[] loss(BlockRun run, String name, double[] direction, double step) {
            F64 x = Reference.x(run);
            Map<String, F64> weights = Reference.weights(run);
            F64 changed = name.equals("x") ? x : Objects.requireNonNull(weights.get(name));
            for (int i = 0; i < direction.length; i++) {
                changed.values()[i] += step * direction[i];
            }
            double[] y = Reference.forward(run, x, weights).values();
            double sum = 0;
            double size = 0;
            for (int i = 0; i < y.length; i++) {
                sum += y[i] * run.dy()[i];
                size += Math.abs(y[i] * run.dy()[i]);
            }
            return new double[] {sum, size};
        }
    }
}
