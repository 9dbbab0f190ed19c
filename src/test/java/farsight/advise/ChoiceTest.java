package farsight.advise;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.advise.Assessment.Verdict;
import farsight.block.Grid;
import farsight.evidence.Quality;
import farsight.sweep.BlockChoice;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private static Assessment fitting(String block, int d, long nanos, Quality... rows) {
        Candidate c = new Candidate(BlockChoice.named(block), 16, d);
        return new Assessment(
                c,
                Verdict.FITS,
                "",
                Optional.of(new Demand(Grid.points(4), nanos, nanos, 1, 1, "")),
                new TimeFigure(nanos, TimeFigure.Source.MEASURED, null),
                Loss.of(c, List.of(rows)),
                Change.NONE);
    }

    private static List<String> tied(String need, Assessment... all) {
        return Choice.of(need, List.of(all)).orElseThrow().tied().stream()
                .map(a -> a.candidate().name())
                .toList();
    }

    private static final Quality SE = Rows.of("se", 0, 0.1);
    private static final Quality GC = Rows.of("gc", 0, 0.13);
    private static final Quality NONLOCAL = Rows.of("nonlocal", 0, 0.95);
    private static final Quality SE_COUNTS = Rows.of("count", Quality.CONTEXT, "se", 0, 0.99);
    private static final Quality NONLOCAL_COUNTS = Rows.of("count", Quality.CONTEXT, "nonlocal", 0, 0.98);

    @Test
    void theLeastLossWinsHoweverSlow() {
        assertThat(tied(Quality.QUERY, fitting("se", 0, 1, SE), fitting("nonlocal", 0, 1000, NONLOCAL)))
                .containsExactly("nonlocal");
    }

    @Test
    void ofOverlappingIntervalsTheFastestWinsAndAllTiesAreNamed() {
        assertThat(tied(Quality.QUERY, fitting("gc", 0, 5, GC), fitting("se", 0, 1, SE)))
                .containsExactly("se", "gc");
    }

    @Test
    void tasksThatDisagreeGiveAChoiceEach() {
        Quality[] rows = {SE, NONLOCAL, SE_COUNTS, NONLOCAL_COUNTS};
        Assessment se = fitting("se", 0, 1, rows);
        Assessment nonlocal = fitting("nonlocal", 0, 1000, rows);
        assertThat(tied(Quality.QUERY, se, nonlocal)).containsExactly("nonlocal");
        assertThat(tied(Quality.CONTEXT, se, nonlocal)).containsExactly("se", "nonlocal");
        assertThat(Choice.of(Quality.SCENE, List.of(se, nonlocal))).isEmpty();
    }

    @Test
    void aTieHoldsOnEveryTaskOrNotAtAll() {
        Quality[] rows = {
            Rows.of("a", Quality.QUERY, "gc", 0, 0.5), Rows.of("b", Quality.QUERY, "gc", 0, 0.9),
            Rows.of("a", Quality.QUERY, "se", 0, 0.51), Rows.of("b", Quality.QUERY, "se", 0, 0.5)
        };
        assertThat(tied(Quality.QUERY, fitting("se", 0, 1, rows), fitting("gc", 0, 5, rows)))
                .containsExactly("gc");
    }

    @Test
    void theTasksDecideOnWhichTheMostBlocksWereMeasured() {
        Quality other = Rows.of("other", Quality.QUERY, "gc", 0, 0.99);
        Assessment gc = fitting("gc", 0, 5, GC, other);
        Assessment nonlocal = fitting("nonlocal", 0, 1, NONLOCAL);
        Choice choice = Choice.of(Quality.QUERY, List.of(gc, nonlocal)).orElseThrow();
        assertThat(choice.tied()).containsExactly(nonlocal);
        assertThat(choice.tasks()).extracting(Quality::task).containsExactly(NONLOCAL.task());
    }

    @Test
    void aBlockThatLacksATaskIsNotCompared() {
        Quality more = Rows.of("other", Quality.QUERY, "gc", 0, 0.2);
        Quality most = Rows.of("other", Quality.QUERY, "se", 0, 0.3);
        Assessment gc = fitting("gc", 0, 5, GC, more);
        Assessment se = fitting("se", 0, 5, SE, most);
        // The best of all on one task, unknown on the other, on which as many were measured.
        Assessment nonlocal = fitting("nonlocal", 0, 1, Rows.of("third", Quality.QUERY, "nonlocal", 0, 0.99));
        assertThat(Choice.of(Quality.QUERY, List.of(gc, se, nonlocal))
                        .orElseThrow()
                        .tied())
                .doesNotContain(nonlocal);
    }

    @Test
    void ofSeveralDTheNearestCountsAndIsMarked() {
        Quality[] rows = {Rows.of("latentgnn", 16, 0.4), Rows.of("latentgnn", 64, 0.7)};
        assertThat(fitting("latentgnn", 64, 1, rows).losses()).containsExactly(new Loss(rows[1], false));
        assertThat(fitting("latentgnn", 8, 1, rows).losses()).containsExactly(new Loss(rows[0], true));
    }

    @Test
    void rowsOfOtherOptionsOrNoBlockDoNotCount() {
        assertThat(fitting("gc-r4", 0, 1, GC, Rows.of("", 0, 0.1), Rows.of("gone", 0, 0.1))
                        .losses())
                .isEmpty();
    }
}
