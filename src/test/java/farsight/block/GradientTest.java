package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.op.Errors;
import farsight.op.F64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares outputs with the equations in float64 and gradients with their differences, in every form of every block.
 */
class GradientTest {

    private static final double STEP = 1e-5;

    private static final double OUTPUT = 1e-5;
    private static final double GRADIENT = 1e-4;

    /** What is left where large terms cancel to a small gradient, as a part of the largest gradient. */
    private static final double CANCELLED = 1e-5;

    static Stream<BlockRun> runs() {
        Random random = new Random(7);
        return Forms.all().stream().map(block -> {
            int height = 2 + random.nextInt(3);
            return BlockRun.random(
                    block, 1 + random.nextInt(2), new Grid(height, 3 + random.nextInt(2)), random.nextLong());
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void outputsMatchTheEquationsAndGradientsTheirDerivatives(BlockRun run) {
        F64 y = Reference.forward(run);
        Map<String, F64> derivatives = derivatives(run);
        double largest =
                derivatives.values().stream().mapToDouble(F64::norm).max().orElseThrow();
        for (Engine engine : new Engine[] {Engines.find("java"), Engines.find("vector")}) {
            BlockRun.Answer answer = run.run(engine);
            assertThat(Errors.relative(answer.y(), y.values(), y.norm()))
                    .as("y on " + engine.id())
                    .isLessThanOrEqualTo(OUTPUT);
            assertThat(answer.gradients().keySet()).isEqualTo(derivatives.keySet());
            answer.gradients().forEach((name, g) -> {
                F64 exact = Objects.requireNonNull(derivatives.get(name));
                assertThat(Errors.relative(g, exact.values(), 1))
                        .as("error of the gradient of %s, of norm %s, on %s", name, exact.norm(), engine.id())
                        .isLessThanOrEqualTo(GRADIENT * exact.norm() + CANCELLED * largest);
            });
        }
    }

    /** ∂(Σ y·dy) for every element of x and of every trained parameter, by central differences. */
    private static Map<String, F64> derivatives(BlockRun run) {
        F64 x = Reference.x(run);
        Map<String, F64> weights = Reference.weights(run);
        Map<String, F64> all = new LinkedHashMap<>();
        all.put("x", derivative(run, x, x, weights));
        run.block().parameters().stream()
                .filter(Parameter::trained)
                .forEach(p ->
                        all.put(p.name(), derivative(run, Objects.requireNonNull(weights.get(p.name())), x, weights)));
        return all;
    }

    private static F64 derivative(BlockRun run, F64 of, F64 x, Map<String, F64> weights) {
        double[] v = of.values();
        double[] d = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            double old = v[i];
            v[i] = old + STEP;
            double above = loss(run, x, weights);
            v[i] = old - STEP;
            double below = loss(run, x, weights);
            v[i] = old;
            d[i] = (above - below) / (2 * STEP);
        }
        return new F64(of.batch(), of.rows(), of.cols(), d);
    }

    private static double loss(BlockRun run, F64 x, Map<String, F64> weights) {
        double[] y = Reference.forward(run, x, weights).values();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * run.dy()[i];
        }
        return sum;
    }
}
