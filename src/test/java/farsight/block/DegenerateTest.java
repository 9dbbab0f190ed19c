package farsight.block;

import farsight.engine.Engines;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs at which a careless block divides by zero or overflows: no result is NaN, forward or backward. */
class DegenerateTest {

    static Stream<BlockRun> runs() {
        return Forms.all().stream().flatMap(DegenerateTest::degenerate);
    }

    static Stream<BlockRun> degenerate(Block block) {
        Grid few = new Grid(2, 2);
        BlockRun some = BlockRun.random(block, 2, few, 17);
        Stream<BlockRun> onGrid = Stream.of(
                some.withX(new float[some.x().length]),
                some.withDy(new float[some.dy().length]),
                IdentityTest.constant(some),
                some.withX(scaled(some.x(), 1e3f)),
                some.withX(scaled(some.x(), 1e-20f)),
                idle(some),
                BlockRun.random(block, 1, few, 18));
        if (Forms.needsGrid(block)) {
            return onGrid;
        }
        BlockRun one = BlockRun.random(block, 1, Grid.points(1), 19);
        return Stream.concat(
                onGrid,
                Stream.of(
                        one,
                        one.withX(new float[one.x().length]),
                        // Fewer positions than latent nodes, and a batch of them.
                        BlockRun.random(block, 3, Grid.points(2), 20)));
    }

    private static float[] scaled(float[] values, float factor) {
        float[] all = values.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] *= factor;
        }
        return all;
    }

    /** Every weight zero, so that every ReLU gives zeros and every norm is that of a zero vector. */
    private static BlockRun idle(BlockRun run) {
        BlockRun idle = run;
        for (Parameter p : run.block().parameters()) {
            float[] values = new float[Math.toIntExact(p.elements())];
            Arrays.fill(values, p.name().endsWith("running_var") ? 1f : 0f);
            idle = idle.with(p.name(), values);
        }
        return idle;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void resultsContainNoNaN(BlockRun run) {
        for (String engine : List.of("java", "vector")) {
            Answers.assertFinite(run.run(Engines.find(engine)));
        }
    }
}
