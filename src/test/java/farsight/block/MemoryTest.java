package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.engine.Variants;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import farsight.program.Tenants;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrays of a block: who shares them, how many bytes they take, and that none is read before it is written. */
class MemoryTest {

    /** One position, few, a prime number, and enough for several chunks of every sum. */
    private static final List<Grid> GRIDS = List.of(new Grid(2, 2), new Grid(3, 7), new Grid(29, 37));

    static List<Block> blocks() {
        return Forms.all();
    }

    static List<Engine> hostEngines() {
        return List.of(Engines.find("java"), Engines.find("vector"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void noStepReadsAnArrayThatAnotherBufferHasOverwritten(Block block) {
        for (Pass pass : Pass.values()) {
            for (long batch : new long[] {1, 3}) {
                for (Grid grid : GRIDS) {
                    var program = BlockProgram.of(block, batch, Forms.lie(block, grid), pass)
                            .program();
                    Tenants.check(MemoryPlan.of(program));
                    Tenants.check(MemoryPlan.withoutSharing(program));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void measuredBytesEqualPredictedBytes(Block block) {
        for (Pass pass : Pass.values()) {
            for (Grid grid : GRIDS) {
                BlockRun run = BlockRun.random(block, 2, grid, 23);
                for (Engine engine : hostEngines()) {
                    BlockRun.Answer answer = run.run(engine, pass);
                    assertThat(answer.measured())
                            .as("%s %s on %s", pass, grid, engine.id())
                            .isEqualTo(answer.predicted())
                            .isEqualTo(
                                    MemoryPlan.of(run.program(pass).program()).bytes());
                }
            }
        }
    }

    /** Golden cases, and every form over enough positions for several chunks. */
    static Stream<BlockRun> runs() {
        return Stream.concat(
                GoldenCase.all().map(GoldenCase::blockRun),
                Forms.all().stream().map(b -> BlockRun.random(b, 2, new Grid(23, 25), 29)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void sharingArraysMakesNoDifferenceToTheResults(BlockRun run) {
        for (Engine engine : hostEngines()) {
            BlockRun.Answer apart = run.run(Variants.withoutSharing(engine));
            BlockRun.Answer shared = run.run(engine);
            Answers.assertIdentical(shared, apart);
            assertThat(shared.measured()).isLessThan(apart.measured());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void nothingIsReadBeforeItIsWritten(BlockRun run) {
        for (Engine engine : hostEngines()) {
            Answers.assertIdentical(run.run(Variants.poisoned(engine.id())), run.run(engine));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void aRunDoesNotReadResultsOfThePreviousRun(BlockRun run) {
        for (Engine engine : hostEngines()) {
            BlockProgram program = run.program(Pass.FORWARD_BACKWARD);
            try (Session session = engine.open(MemoryPlan.of(program.program()))) {
                float[] notNumbers = new float[run.x().length];
                Arrays.fill(notNumbers, Float.NaN);
                run.withX(notNumbers).give(program, session);
                session.run();
                run.give(program, session);
                session.run();
                BlockRun.Answer fresh = run.run(engine);
                assertThat(session.read(program.y())).containsExactly(fresh.y());
                program.gradients()
                        .forEach((name, g) -> assertThat(session.read(g))
                                .as(name)
                                .containsExactly(
                                        Objects.requireNonNull(fresh.gradients().get(name))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dense.Normalizer.class)
    void theDenseBlocksBytesAreItsMatrices(Dense.Normalizer normalizer) {
        long n = 1_000;
        long c = 64;
        MemoryPlan forward = MemoryPlan.of(
                BlockProgram.of(new Dense(64, normalizer), 1, n, Pass.FORWARD).program());
        assertThat(forward.bytes(Role.INPUT)).isEqualTo(4 * n * c);
        assertThat(forward.bytes(Role.PARAMETER)).isEqualTo(4 * (c * c + 1));
        assertThat(forward.bytes(Role.OUTPUT)).isEqualTo(4 * n * c);
        // The affinity and the message; their product lies where y will be.
        assertThat(forward.bytes(Role.INTERMEDIATE)).isEqualTo(4 * (n * n + n * c));
    }

    static Stream<Block> fullAffinities() {
        return Stream.of(
                Dense.of(64),
                new Dense(64, Dense.Normalizer.SOFTMAX),
                NonLocal.of(64),
                NonLocal.of(64).withMode(NonLocal.Mode.GAUSSIAN),
                NonLocal.of(64).withMode(NonLocal.Mode.DOT_PRODUCT),
                NonLocal.of(64).withMode(NonLocal.Mode.CONCATENATION));
    }

    /** The affinity's gradient lies where the affinity lay. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("fullAffinities")
    void aTrainingStepHoldsOneAffinity(Block block) {
        int n = 4_000;
        assertThat(intermediates(block, n)).isBetween(4L * n * n, 4L * n * n + 5L * 4 * n * 64);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 4_000, 16_000})
    void theLatentAffinityNeedsMemoryThatGrowsWithNAndNotItsSquare(int n) {
        long latent = intermediates(LatentGnn.of(64, 32), n);
        long streaming = intermediates(NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING), n);
        long full = intermediates(NonLocal.of(64), n);
        assertThat(latent).isLessThan(4L * n * 64 * 8);
        assertThat(streaming).isLessThan(4L * n * 64 * 8);
        assertThat(full).isGreaterThan(4L * n * n);
    }

    /**
     * Keys and values lie where y will, or dx; beside them the queries and two numbers a row, and backward a third and
     * the gradients of queries, keys, values and of what is attended to.
     */
    @Test
    void streamingAttentionKeepsKeysAndValuesInOneArray() {
        long n = 8_192;
        NonLocal block = NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING);
        long weights = 4 * (64 * 64 + 64);
        assertThat(intermediates(block, 8_192, Pass.FORWARD)).isBetween(4 * n * 34, 4 * n * 34 + weights);
        assertThat(intermediates(block, 8_192, Pass.FORWARD_BACKWARD))
                .isBetween(4 * n * (5 * 32 + 3), 4 * n * (5 * 32 + 3) + weights);
    }

    /** Nor do both passes: more latent nodes cost what they take themselves. */
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void neitherPassStoresTheAffinityToTheLatentNodes(int d) {
        int n = 100_000;
        long nodes = 4L * 300 * d * (16 + d);
        assertThat(intermediates(LatentGnn.of(64, d), n)).isLessThan(4L * n * 70 + nodes);
        LatentGnn symmetric = LatentGnn.of(64, d).withMode(LatentGnn.Mode.SYMMETRIC);
        assertThat(intermediates(symmetric, n)).isGreaterThan(4L * n * d);
    }

    /** But for what the latent nodes themselves take, and their sums over the positions. */
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void aForwardPassAloneDoesNotStoreTheAffinityToTheLatentNodes(int d) {
        int n = 100_000;
        long nodes = 4L * 70 * d * (16 + d);
        assertThat(intermediates(LatentGnn.of(64, d), n, Pass.FORWARD)).isBetween(4L * n * 17, 4L * n * 18 + nodes);
        // Two kernels have a V each, and both side by side.
        assertThat(intermediates(LatentGnn.of(64, d, d), n, Pass.FORWARD))
                .isBetween(4L * n * 48, 4L * n * 66 + 2 * nodes);
        long wide = 4L * 70 * d * (64 + d) + 4 * 64 * 64;
        assertThat(intermediates(LatentGnnTalk.of(64, d), n, Pass.FORWARD)).isLessThan(4L * n * 65 + wide);
    }

    private static long intermediates(Block block, int n) {
        return intermediates(block, n, Pass.FORWARD_BACKWARD);
    }

    private static long intermediates(Block block, int n, Pass pass) {
        return MemoryPlan.of(BlockProgram.of(block, 1, n, pass).program()).bytes(Role.INTERMEDIATE);
    }
}
