package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunTest {

    @TempDir
    Path folder;

    /** Notes what was done, and may stop in the middle. */
    private static final class Notes implements StudyRun.Listener {
        private final List<String> measured = new ArrayList<>();
        private final List<String> ended = Collections.synchronizedList(new ArrayList<>());
        private final int last;

        Notes(int last) {
            this.last = last;
        }

        @Override
        public void begins(Study study, int costs, int trials, int all) {}

        @Override
        public void measured(Study.Pair pair, TrialCost cost) {
            measured.add(pair.variant().label());
        }

        @Override
        public void ended(Study.Trial trial, TrialResult result, long nanos) {
            ended.add(trial.pair().variant().label() + " " + trial.seed());
            if (ended.size() == last) {
                throw new IllegalStateException("stopped");
            }
        }
    }

    private Path out(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static StudyResults run(Path study, Path out, Notes notes, Path... others) {
        return StudyRun.run(
                Studies.load(study), out, List.of(others), Engines.vector(), List.of(Engines.vector(1)), notes);
    }

    private static Notes all() {
        return new Notes(-1);
    }

    @Test
    void anyNumberOfWorkersFindsTheSame() throws IOException {
        Path study = Studies.small(folder);
        List<Engine> three = List.of(Engines.vector(1), Engines.vector(1), Engines.vector(2));
        StudyResults several =
                StudyRun.run(Studies.load(study), out("three"), List.of(), Engines.vector(), three, all());
        assertThat(run(study, out("one"), all()).trials())
                .isEqualTo(several.trials())
                .hasSize(6);
    }

    @Test
    void aRunThatWasStoppedDoesWhatIsMissingAndFindsTheSame() throws IOException {
        Path study = Studies.small(folder);
        Notes stopped = new Notes(2);
        assertThatThrownBy(() -> run(study, out("a"), stopped)).hasMessage("stopped");
        Notes rest = all();
        StudyResults resumed = run(study, out("a"), rest);
        assertThat(rest.measured).isEmpty();
        assertThat(rest.ended).hasSize(4).doesNotContainAnyElementsOf(stopped.ended);
        assertThat(resumed.trials()).isEqualTo(run(study, out("b"), all()).trials());
    }

    @Test
    void aLineThatAKillCutOffIsDoneAgain() throws IOException {
        Path study = Studies.small(folder);
        Path out = out("a");
        StudyResults whole = run(study, out, all());
        Path runs = out.resolve(StudyTables.RUNS);
        String text = Files.readString(runs);
        Files.writeString(runs, text.substring(0, text.length() - 9));
        Notes rest = all();
        assertThat(run(study, out, rest).trials()).isEqualTo(whole.trials());
        assertThat(rest.ended).hasSize(1);
        assertThat(Files.readString(runs)).isEqualTo(text);
    }

    @Test
    void aChangedVariantAloneIsTrainedAgain() throws IOException {
        Path out = out("a");
        run(Studies.small(folder), out, all());
        Notes again = all();
        run(Studies.small(folder, "0.25"), out, again);
        assertThat(again.measured).containsExactly("GC");
        assertThat(again.ended).containsExactly("GC 1", "GC 2");
    }

    @Test
    void whatAnotherStudyFoundOfTheSameTrialCounts() throws IOException {
        Path first = out("a");
        StudyResults found = run(Studies.small(folder), first, all());
        Notes second = all();
        Path relabelled = Studies.write(
                folder, Files.readString(folder.resolve("small.json")).replace("\"GC\"", "\"context\""));
        StudyResults shared = run(relabelled, out("b"), second, first);
        assertThat(second.ended).isEmpty();
        Study.Pair here = shared.pair("recall", "context").orElseThrow();
        Study.Pair there = found.pair("recall", "GC").orElseThrow();
        assertThat(shared.values(here, Metric.ACCURACY)).isEqualTo(found.values(there, Metric.ACCURACY));
        assertThat(Files.readString(folder.resolve("b/runs.csv"))).contains("recall,context,");
    }

    @Test
    void attentionIsInspectedWhereThereIsSome() throws IOException {
        StudyResults found = run(Studies.small(folder), out("a"), all());
        Study.Pair attention = found.pair("recall", "NL").orElseThrow();
        assertThat(found.estimate(attention, Metric.COS_ATTENTION).orElseThrow().mean())
                .isBetween(0.0, 1.0);
        Study.Pair none = found.pair("recall", "no block").orElseThrow();
        assertThat(found.estimate(none, Metric.COS_ATTENTION)).isEmpty();
    }

    @Test
    void resultsThatAreIncompleteAreNoResults() throws IOException {
        Study study = Studies.load(Studies.small(folder));
        assertThatThrownBy(() -> StudyRun.read(study, out("nothing")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("lacks the result of setting \"recall\", variant \"no block\", seed 1");
    }

    @Test
    void equalMemoryGivesTheLargestBatchThatFits() throws IOException {
        String text =
                Files.readString(Studies.small(folder)).replace("\"batch\": 4", "\"batch\": 40, \"memory\": \"100kB\"");
        StudyResults found = run(Studies.write(folder, text), out("a"), all());
        for (Study.Pair p : found.study().pairs()) {
            TrialCost cost = found.cost(p);
            assertThat(cost.bytes()).isLessThanOrEqualTo(100_000);
            long more = Engines.vector()
                    .predictedBytes(farsight.train.LayerCosts.of(p.network(), cost.batch() + 1)
                            .step());
            assertThat(more).isGreaterThan(100_000);
        }
        assertThat(found.costs().values().stream().map(TrialCost::batch).distinct())
                .hasSizeGreaterThan(1);
    }

    @Test
    void equalTimeGivesStepsByTheMeasuredStep() throws IOException {
        String text =
                Files.readString(Studies.small(folder)).replace("\"steps\": 6", "\"steps\": 40, \"seconds\": 0.02");
        StudyResults found = run(Studies.write(folder, text), out("a"), all());
        found.costs()
                .values()
                .forEach(c -> assertThat(c.steps()).isEqualTo(Math.clamp(Math.round(0.02e9 / c.medianNanos()), 1, 40)));
    }
}
