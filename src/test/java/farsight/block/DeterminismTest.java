package farsight.block;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Variants;
import farsight.vector.Workers;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Equal inputs give bit-identical results. */
class DeterminismTest {

    /** Enough positions for several chunks of every sum, and a number that no thread count divides. */
    static Stream<BlockRun> runs() {
        return Forms.all().stream().map(b -> BlockRun.random(b, 3, new Grid(19, 29), 37));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void resultsAreBitIdenticalForAnyNumberOfThreads(BlockRun run) {
        BlockRun.Answer expected = null;
        for (int threads : new int[] {1, 2, 3, 7}) {
            try (Workers workers = new Workers(threads)) {
                BlockRun.Answer answer = run.run(Variants.vector(workers));
                if (expected == null) {
                    expected = answer;
                }
                Answers.assertIdentical(answer, expected);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void resultsAreBitIdenticalInEverySession(BlockRun run) {
        for (Engine engine : new Engine[] {Engines.find("java"), Engines.vector()}) {
            Answers.assertIdentical(run.run(engine), run.run(engine));
        }
    }
}
