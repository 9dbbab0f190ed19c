package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.F64;
import farsight.op.norm.L2Positions;
import farsight.op.norm.L2Rows;
import farsight.op.norm.SoftmaxPositions;
import farsight.op.norm.SoftmaxRows;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums of the weights inside a block, read from a session in which every buffer has its own array. */
class AttentionTest {

    private static final double CLOSE = 1e-5;

    private static Stream<BlockRun> runsWith(Predicate<Step> wanted) {
        return Forms.all().stream()
                .map(b -> BlockRun.random(b, 2, new Grid(5, 7), 13))
                .filter(r -> r.program(Pass.FORWARD).program().steps().stream().anyMatch(wanted));
    }

    static Stream<BlockRun> runsWithASoftmax() {
        return runsWith(s -> s instanceof SoftmaxRows || s instanceof SoftmaxPositions);
    }

    /** Runs whose softmax weighs positions, not latent nodes or bases. */
    static Stream<BlockRun> runsWithASoftmaxOfPositions() {
        return runsWithASoftmax()
                .filter(r -> !(r.block() instanceof LatentGnn
                        || r.block() instanceof LatentGnnTalk
                        || r.block() instanceof Ema));
    }

    static Stream<BlockRun> runsWithUnitVectors() {
        return runsWith(s -> s instanceof L2Rows || s instanceof L2Positions);
    }

    /** The results of some operations, after a forward pass on each host engine. */
    private static List<F64> results(BlockRun run, Function<Step, Stream<Buffer>> wanted) {
        BlockProgram program = run.program(Pass.FORWARD);
        List<F64> results = new ArrayList<>();
        for (String engine : new String[] {"java", "vector"}) {
            try (Session session = Engines.find(engine).open(MemoryPlan.withoutSharing(program.program()))) {
                run.give(program, session);
                session.run();
                program.program().steps().stream()
                        .flatMap(wanted)
                        .forEach(b -> results.add(F64.of(b.shape(), session.read(b))));
            }
        }
        return results;
    }

    private static Stream<Buffer> overRows(Step step) {
        return step instanceof SoftmaxRows s ? Stream.of(s.y()) : Stream.empty();
    }

    private static Stream<Buffer> overPositions(Step step) {
        return step instanceof SoftmaxPositions s ? Stream.of(s.y()) : Stream.empty();
    }

    /** Whether what stands in a row of weights are positions, and not channels or latent nodes. */
    private static boolean ofPositions(Block block) {
        return !(block instanceof Cam || block instanceof Efficient || block instanceof DoubleAttention);
    }

    private static void each(F64 values, Consumer<Double> check) {
        for (double v : values.values()) {
            check.accept(v);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithASoftmax")
    void softmaxWeightsAreNonNegativeAndSumToOne(BlockRun run) {
        for (F64 weights : results(run, AttentionTest::overRows)) {
            each(weights, w -> assertThat(w).isNotNegative());
            each(weights.sumOfRows(), sum -> assertThat(sum).isCloseTo(1, within(CLOSE)));
        }
        for (F64 weights : results(run, AttentionTest::overPositions)) {
            each(weights, w -> assertThat(w).isNotNegative());
            each(weights.sumOfColumns(), sum -> assertThat(sum).isCloseTo(1, within(CLOSE)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithUnitVectors")
    void affinitiesHaveUnitOrZeroNorm(BlockRun run) {
        for (F64 rows : results(run, s -> s instanceof L2Rows l ? Stream.of(l.y()) : Stream.empty())) {
            each(rows.normOfRows(), AttentionTest::assertOneOrZero);
        }
        for (F64 columns : results(run, s -> s instanceof L2Positions l ? Stream.of(l.y()) : Stream.empty())) {
            each(columns.normOfColumns(), AttentionTest::assertOneOrZero);
        }
    }

    private static void assertOneOrZero(double norm) {
        assertThat(norm == 0 || Math.abs(norm - 1) <= CLOSE).as("norm %s", norm).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithASoftmaxOfPositions")
    void constantFeaturesGetEqualWeights(BlockRun run) {
        BlockRun constant = IdentityTest.constant(run);
        for (F64 weights : ofPositions(run.block()) ? results(constant, AttentionTest::overRows) : List.<F64>of()) {
            each(weights, w -> assertThat(w).isCloseTo(1.0 / weights.cols(), within(1e-6)));
        }
        for (F64 weights : results(constant, AttentionTest::overPositions)) {
            each(weights, w -> assertThat(w).isCloseTo(1.0 / weights.rows(), within(1e-6)));
        }
    }
}
