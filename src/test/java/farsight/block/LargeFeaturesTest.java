package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Variants;
import farsight.vector.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LargeFeaturesTest {

    static Stream<BlockRun> runs() {
        return LargeFeatures.runs();
    }

    private static List<Engine> engines() {
        return List.of(
                Engines.find("java"),
                Variants.vector(new Workers(1)),
                Variants.vector(new Workers(2)),
                Variants.vector(new Workers(3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void weightsOfARowSumToOneInTheBackwardPass(BlockRun run) {
        for (Engine engine : engines()) {
            LargeFeatures.assertWeightsAddUpToOne(run, run.run(engine), engine, 1e-5);
        }
    }

    /**
     * Streaming and full attention agree as far as full attention agrees with itself: summed in another order, and of
     * features of which each is the next float32 number.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void gradientsMatchFullAttentionWithinFloat32(BlockRun run) {
        BlockRun full = withAttention(run, NonLocal.Attention.FULL);
        BlockRun.Answer one = full.run(Engines.find("java"));
        BlockRun.Answer other = full.run(Engines.find("vector"));
        BlockRun.Answer moved = full.withX(next(run.x())).run(Engines.find("java"));
        for (Engine engine : List.of(Engines.find("java"), Engines.find("vector"))) {
            BlockRun.Answer answer = run.run(engine);
            assertThat(distance(answer.y(), one.y()))
                    .as("y on %s", engine.id())
                    .isLessThanOrEqualTo(allowed(one.y(), other.y(), moved.y()));
            one.gradients()
                    .forEach((name, g) -> assertThat(distance(of(answer, name), g))
                            .as("gradient of %s on %s", name, engine.id())
                            .isLessThanOrEqualTo(allowed(g, of(other, name), of(moved, name))));
        }
    }

    private static double allowed(float[] one, float[] other, float[] moved) {
        return 1e-4 * norm(one) + 30 * (distance(one, other) + distance(one, moved)) + 1e-4;
    }

    private static float[] of(BlockRun.Answer answer, String name) {
        return Objects.requireNonNull(answer.gradients().get(name));
    }

    private static float[] next(float[] x) {
        float[] next = x.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] = Math.nextUp(next[i]);
        }
        return next;
    }

    private static BlockRun withAttention(BlockRun run, NonLocal.Attention attention) {
        return new BlockRun(
                ((NonLocal) run.block()).withAttention(attention),
                run.batch(),
                run.grid(),
                run.x(),
                run.weights(),
                run.dy());
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static double norm(float[] a) {
        return distance(a, new float[a.length]);
    }

    /** x·x is more than float32 holds, so every row has a logit of +∞. */
    @Test
    void featuresWithOverflowingSquaresGiveNaN() {
        NonLocal gaussian =
                NonLocal.of(16).withMode(NonLocal.Mode.GAUSSIAN).withAttention(NonLocal.Attention.STREAMING);
        for (Grid grid : new Grid[] {new Grid(8, 8), Grid.points(7), Grid.points(300)}) {
            for (float size : new float[] {3e19f, 1e25f, 1e30f, 1e37f}) {
                BlockRun run = LargeFeatures.of(gaussian, 2, grid, 0f, size);
                for (Engine engine : engines()) {
                    BlockRun.Answer answer = run.run(engine);
                    float[] dx = of(answer, "x");
                    for (int i = 0; i < run.x().length; i++) {
                        if (Arrays.stream(squares(run.x(), i)).sum() > Float.MAX_VALUE) {
                            assertThat(answer.y()[i])
                                    .as("y of %s on %s", size, engine.id())
                                    .isNaN();
                        }
                        assertThat(dx[i]).isNaN();
                    }
                }
            }
        }
    }

    private static double[] squares(float[] x, int i) {
        double[] squares = new double[16];
        for (int c = 0; c < 16; c++) {
            double v = x[i / 16 * 16 + c];
            squares[c] = v * v;
        }
        return squares;
    }
}
