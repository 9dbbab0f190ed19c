package farsight.advise;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Grid;
import farsight.block.NamedBlock;
import farsight.block.Pass;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.evidence.Quality;
import farsight.evidence.QualityTable;
import farsight.program.MemoryPlan;
import farsight.sweep.BlockChoice;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Advice on a machine that takes one nanosecond an operation, by its own clock. */
class AdviserTest {

    private static final Engine ENGINE = Engines.find("java");
    private static final int C = 16;
    private static final long N = 10_000;
    private static final long MEMORY = 20_000_000;
    private static final long MS = 1_000_000;
    private static final long LONG = 100_000 * MS;

    private static final List<Candidate> ALL =
            Candidate.of(NamedBlock.names().stream().map(BlockChoice::named).toList(), C, List.of(4, 16));

    private final AtomicLong clock = new AtomicLong();
    private final List<Measured> runs = new ArrayList<>();
    private Status status = Status.OK;
    private String message = "";

    private record Measured(Candidate candidate, Grid grid) {}

    private static Grid grid(Block block) {
        return block.grids().contains(Grid.Kind.LINE) ? Grid.points(N) : new Grid(100, 100);
    }

    private static long bytes(Block block, Grid grid, Pass pass) {
        return ENGINE.predictedBytes(
                MemoryPlan.of(BlockProgram.of(block, 1, grid, pass).program()));
    }

    private static long flops(Block block, Grid grid, Pass pass) {
        return BlockProgram.of(block, 1, grid, pass).program().flops();
    }

    private Advice advise(
            Pass pass, long memory, long time, long measure, List<Candidate> candidates, Quality... rows) {
        Question q = new Question(AdviserTest::grid, true, pass, memory, time, measure);
        return Adviser.advise(
                q, ENGINE, candidates, new QualityTable(List.of(rows)), (c, g) -> run(c, g, pass), clock::get);
    }

    private Point run(Candidate c, Grid g, Pass pass) {
        runs.add(new Measured(c, g));
        long flops = flops(c.block(), g, pass);
        clock.addAndGet(10 * flops);
        return new Point(
                c.name(),
                "",
                1,
                g.positions(),
                C,
                c.d(),
                pass,
                "java",
                status,
                message,
                0,
                flops,
                0,
                0,
                0,
                0,
                0,
                1,
                flops,
                flops,
                -1,
                flops,
                0);
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void everyCandidateIsListedOnceAndItsBytesAreThePlans(Pass pass) {
        Advice advice = advise(pass, MEMORY, Long.MAX_VALUE, 0, ALL);
        assertThat(advice.blocks()).extracting(Assessment::candidate).containsExactlyElementsOf(ALL);
        for (Assessment a : advice.blocks()) {
            long bytes = bytes(a.candidate().block(), grid(a.candidate().block()), pass);
            assertThat(a.demand().orElseThrow().arrayBytes()).isEqualTo(bytes);
            assertThat(a.fits()).isEqualTo(bytes <= MEMORY);
            assertThat(a.time().known()).isFalse();
        }
        assertThat(advice.fitting()).isNotEmpty().hasSizeLessThan(ALL.size());
        assertThat(runs).isEmpty();
    }

    @Test
    void theLargestNFitsTheMemoryAndTheNextDoesNot() {
        List<Assessment> over = advise(Pass.FORWARD, MEMORY, Long.MAX_VALUE, 0, ALL).blocks().stream()
                .filter(a -> !a.fits())
                .toList();
        assertThat(over).isNotEmpty();
        for (Assessment a : over) {
            Block block = a.candidate().block();
            Grid last = a.change().withinMemory().orElseThrow();
            Grid next = last.kind() == Grid.Kind.LINE
                    ? Grid.points(last.positions() + 1)
                    : new Grid(last.height() + 1, last.width() + 1);
            assertThat(bytes(block, last, Pass.FORWARD)).isLessThanOrEqualTo(MEMORY);
            assertThat(bytes(block, next, Pass.FORWARD)).isGreaterThan(MEMORY);
        }
    }

    @Test
    void theLargestNIsQuickEnoughByThePredictionAndTheNextIsNot() {
        long time = 20 * MS;
        List<Assessment> slow = advise(Pass.FORWARD, Long.MAX_VALUE, time, LONG, ALL).blocks().stream()
                .filter(a -> a.verdict() == Assessment.Verdict.TIME
                        && a.demand().orElseThrow().grid().kind() == Grid.Kind.LINE)
                .toList();
        assertThat(slow).isNotEmpty();
        for (Assessment a : slow) {
            long last = a.change().withinTime().orElseThrow().positions();
            Block block = a.candidate().block();
            assertThat(flops(block, Grid.points(last), Pass.FORWARD)).isLessThanOrEqualTo(time);
            assertThat(flops(block, Grid.points(last + 1), Pass.FORWARD)).isGreaterThan(time);
        }
    }

    @Test
    void aSmallerDThatIsNamedFitsAndTheNextDoesNot() {
        List<Assessment> over = advise(Pass.FORWARD, Long.MAX_VALUE, 5 * MS, LONG, ALL).blocks().stream()
                .filter(a -> a.change().d() > 0 && a.verdict() == Assessment.Verdict.TIME)
                .toList();
        assertThat(over).isNotEmpty();
        for (Assessment a : over) {
            Grid grid = a.demand().orElseThrow().grid();
            int d = a.change().d();
            assertThat(flops(a.candidate().withD(d).block(), grid, Pass.FORWARD))
                    .isLessThanOrEqualTo(5 * MS);
            assertThat(flops(a.candidate().withD(d + 1).block(), grid, Pass.FORWARD))
                    .isGreaterThan(5 * MS);
        }
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void nothingRunsAboveTheMemory(Pass pass) {
        advise(pass, MEMORY, Long.MAX_VALUE, LONG, ALL);
        assertThat(runs)
                .isNotEmpty()
                .allSatisfy(r ->
                        assertThat(bytes(r.candidate().block(), r.grid(), pass)).isLessThanOrEqualTo(MEMORY));
    }

    @Test
    void aTimeIsMeasuredOnlyWhereTheBlockRanAtTheAskedN() {
        Advice advice = advise(Pass.FORWARD, MEMORY, Long.MAX_VALUE, 3_000 * MS, ALL);
        assertThat(advice.blocks()).extracting(a -> a.time().measured()).contains(true, false);
        for (Assessment a : advice.blocks()) {
            Grid asked = a.demand().orElseThrow().grid();
            assertThat(a.time().measured()).isEqualTo(runs.contains(new Measured(a.candidate(), asked)));
            if (a.time().known()) {
                // On this machine the operations are the nanoseconds, so every prediction is right.
                assertThat(a.time().nanos())
                        .isCloseTo(a.demand().orElseThrow().flops(), Percentage.withPercentage(0.01));
            }
        }
    }

    @Test
    void measuringEndsWhenItsTimeIsOver() {
        advise(Pass.FORWARD, Long.MAX_VALUE, Long.MAX_VALUE, 300 * MS, ALL);
        int few = runs.size();
        runs.clear();
        advise(Pass.FORWARD, Long.MAX_VALUE, Long.MAX_VALUE, LONG, ALL);
        assertThat(few).isPositive().isLessThan(runs.size());
    }

    @Test
    void aBlockWhoseTimeIsUnknownDoesNotCountAsFittingATimeLimit() {
        Advice advice = advise(Pass.FORWARD, Long.MAX_VALUE, LONG, 1, ALL);
        assertThat(advice.blocks()).anyMatch(a -> a.verdict() == Assessment.Verdict.UNTIMED);
        assertThat(advice.blocks()).allMatch(a -> a.fits() == a.time().known());
    }

    @Test
    void aSlowRunThatTheJvmWasStillCompilingDecidesNothing() {
        message = "times still fell";
        assertThat(advise(Pass.FORWARD, Long.MAX_VALUE, 1, LONG, ALL).blocks())
                .allMatch(a -> a.verdict() == Assessment.Verdict.UNTIMED);
    }

    @Test
    void aFailedRunIsToldAndDoesNotFit() {
        status = Status.FAILED;
        message = "the driver left";
        assertThat(advise(Pass.FORWARD, Long.MAX_VALUE, Long.MAX_VALUE, LONG, ALL.subList(0, 1))
                        .blocks())
                .allSatisfy(a -> assertThat(a.why()).contains("the driver left"))
                .noneMatch(Assessment::fits);
    }

    @Test
    void theStreamingFormOfAFullAttentionIsNamedAndSharesItsQuality() {
        List<Candidate> both = Candidate.of(
                List.of(BlockChoice.named("nonlocal"), BlockChoice.named("nonlocal-streaming")), C, List.of(4));
        Advice advice = advise(Pass.FORWARD, MEMORY, Long.MAX_VALUE, 0, both, Rows.of("nonlocal", 0, 0.9));
        assertThat(advice.blocks().getFirst().change().streaming()).isEqualTo("nonlocal-streaming");
        assertThat(advice.blocks()).allSatisfy(a -> assertThat(a.losses()).hasSize(1));
        assertThat(advice.choices().getFirst().taken().candidate().name()).isEqualTo("nonlocal-streaming");
    }

    @Test
    void aBlockThatRefusesTheChannelsIsImpossibleWithItsReason() {
        List<Candidate> odd = Candidate.of(List.of(BlockChoice.named("latentgnn")), 10, List.of(4));
        assertThat(advise(Pass.FORWARD, MEMORY, Long.MAX_VALUE, 0, odd).blocks())
                .singleElement()
                .satisfies(a -> {
                    assertThat(a.verdict()).isEqualTo(Assessment.Verdict.IMPOSSIBLE);
                    assertThat(a.why()).contains("channelStride");
                });
    }
}
